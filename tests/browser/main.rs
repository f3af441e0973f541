//! A person at a browser: every journey clicks and types, looks at what is shown,
//! then asks the database whether it is true. Each file is named after its journey.
#![allow(clippy::unwrap_used)]
mod apology;
mod apology_batch;
mod axe;
mod by_keyboard;
mod catalogue;
mod citizen;
mod driver;
mod feedback;
mod first_set_up;
mod focus;
mod from_intake_to_result;
mod gallery;
mod guide_pictures;
mod hand_over;
mod house;
mod imports;
mod interrupted;
mod keys;
mod kiosk;
mod lists;
mod office;
mod on_the_spot;
mod other_agency;
mod own_office;
mod paper;
mod pictures;
mod pressing_twice;
mod refused;
mod scoreboard;
mod served;
mod slow_line;
mod storm;
mod supplement;
mod the_house_itself;
mod told;
mod tours;
mod trial;
mod words;
mod works;
#[path = "../it/years.rs"]
mod years;
