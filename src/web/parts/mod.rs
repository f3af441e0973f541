//! Which building blocks are pages made of? Plain values in, markup out: no part asks the database.
pub mod badge;
pub mod button;
pub mod chart;
pub mod dates;
pub mod deadline;
pub mod dossiers;
pub mod figure;
pub mod fold;
pub mod heat;
pub mod lines;
pub mod notice;
pub mod table;
pub mod timeline;

pub use badge::{Standing, Tone, badge, code, status_badge};
pub use button::{Button, Kind};
pub use dates::{date_words, day, day_month, hour_words, moment_words, near, weekday_short};
pub use deadline::{Day, Deadline, TraceLine, count_table, deadline, due_line, promised, why};
pub use dossiers::{
    CHOSEN_FORM, DossierGroup, DossierRow, DossierTable, LIST_COLUMNS, ListColumn, ListOrder,
    RowAct, dossier_table,
};
pub use figure::{
    Figure, Share, counted, figure, fraction, goal_bar, linked, percent, small_bar, tile, tiles,
};
pub use fold::{filter_head, fold};
pub use notice::{Notice, NoticeKind, confirm, empty, notice, problem, progress};
pub use table::{Cell, Column, Pager, Table, definition_list, pager, table};
pub use timeline::{Event, EventState, steps, timeline};
