//! How is something asked? Label above, hint, error in words, the box; what was typed always comes back.
use maud::{Markup, PreEscaped, html};

use crate::web::{
    icons::{Icon, icon},
    parts::Button,
    whys::{self, Why},
};

/// What is wrong with a form, each with its field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors {
    errors: Vec<(String, String)>,
}

impl FormErrors {
    pub fn new() -> Self {
        Self::default()
    }

    /// `field` is the name of the input; the message says what to do.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push((field.to_owned(), message.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// The first error of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, message)| message.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors
            .iter()
            .map(|(field, message)| (field.as_str(), message.as_str()))
    }
}

/// On top of a refused form, in focus; each line leads to its field.
pub fn error_summary(errors: &FormErrors) -> Markup {
    not_done(errors, "Chưa lưu được")
}

/// The same where nothing is kept in a register: "Chưa tính được".
pub fn not_done(errors: &FormErrors, what: &str) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.summary role="alert" tabindex="-1" {
                h2 { (what) ", có " (errors.len()) " chỗ cần sửa." }
                ul { @for (field, message) in errors.iter() { li { a href={ "#" (id_of(field)) } { (message) } } } }
            }
        }
    }
}

/// The id of a field's box: names are unique in a form, and a page has one form of many fields.
pub fn id_of(name: &str) -> String {
    format!("f-{name}")
}

/// One field of a form. Build it, then call the kind of box it is.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub value: &'a str,
    pub hint: &'a str,
    pub error: Option<&'a str>,
    /// "(không bắt buộc)": the few optional ones are marked, not the many required.
    pub optional: bool,
    /// Optional without saying so: the boxes of a filter.
    pub quiet: bool,
    pub autocomplete: Option<&'a str>,
    /// `numeric`, `tel`, `email`: the phone's keyboard.
    pub inputmode: Option<&'a str>,
    pub maxlength: Option<u32>,
    pub autofocus: bool,
    /// Key that puts the cursor here.
    pub key: Option<&'a str>,
    /// What it is for, by which article.
    pub why: Option<&'static Why>,
}

impl<'a> Field<'a> {
    pub fn new(name: &'a str, label: &'a str, value: &'a str, errors: &'a FormErrors) -> Self {
        Self {
            name,
            label,
            value,
            hint: "",
            error: errors.of(name),
            optional: false,
            quiet: false,
            autocomplete: None,
            inputmode: None,
            maxlength: None,
            autofocus: false,
            key: None,
            why: None,
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.optional = true;
        self.quiet = true;
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, kind: &'a str) -> Self {
        self.autocomplete = Some(kind);
        self
    }

    #[must_use]
    pub fn inputmode(mut self, mode: &'a str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    #[must_use]
    pub fn maxlength(mut self, characters: u32) -> Self {
        self.maxlength = Some(characters);
        self
    }

    #[must_use]
    pub fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    #[must_use]
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    #[must_use]
    pub fn why(mut self, why: &'static Why) -> Self {
        self.why = Some(why);
        self
    }

    fn hint_id(&self) -> Option<String> {
        (!self.hint.is_empty()).then(|| format!("{}-hint", id_of(self.name)))
    }

    fn error_id(&self) -> Option<String> {
        self.error.map(|_| format!("{}-error", id_of(self.name)))
    }

    /// Hint and error, in the order they are read.
    fn described_by(&self) -> Option<String> {
        let ids: Vec<String> = [self.hint_id(), self.error_id()]
            .into_iter()
            .flatten()
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    fn words(&self) -> Markup {
        html! { (self.label) @if self.optional && !self.quiet { " " span.opt { "(không bắt buộc)" } } }
    }

    fn notes(&self) -> Markup {
        html! {
            @if let Some(id) = self.hint_id() { p.hint id=(id) { (self.hint) } }
            @if let (Some(id), Some(message)) = (self.error_id(), self.error) {
                p.error id=(id) { (icon(Icon::Warn)) span { span.sr { "Lỗi: " } (message) } }
            }
        }
    }

    fn boxed(&self, control: &Markup) -> Markup {
        html! {
            div.field.bad[self.error.is_some()] {
                label for=(id_of(self.name)) { (self.words()) }
                (self.notes())
                (control)
                @if let Some(why) = self.why { (whys::shown(why, self.label)) }
            }
        }
    }

    fn input(&self, kind: &str, value: Option<&str>) -> Markup {
        html! {
            input.input type=(kind) id=(id_of(self.name)) name=(self.name) value=[value]
                autocomplete=(self.autocomplete.unwrap_or("off")) inputmode=[self.inputmode] maxlength=[self.maxlength]
                autofocus[self.autofocus] required[!self.optional] data-key=[self.key]
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
        }
    }
}

/// One line of text.
pub fn text_field(field: &Field) -> Markup {
    field.boxed(&field.input("text", Some(field.value)))
}

/// A secret: never filled in again, and password managers may do their work.
pub fn password_field(field: &Field) -> Markup {
    field.boxed(&field.input("password", None))
}

/// A date as it is written here, in one text box that takes `20/4`, `200421`, `20-4-2021`:
/// the browser's own date box follows the machine's language, not the State's.
pub fn date_field(field: &Field) -> Markup {
    let mut field = *field;
    if field.hint.is_empty() {
        field.hint = if field.quiet {
            ""
        } else {
            "ngày/tháng/năm, ví dụ 20/4/2021"
        };
    }
    field.inputmode = field.inputmode.or(Some("numeric"));
    field.boxed(&field.input("text", Some(field.value)))
}

/// An hour, `09:42`, in a text box for the same reason: an English browser would ask for AM or PM.
pub fn time_field(field: &Field) -> Markup {
    let mut field = *field;
    if field.hint.is_empty() {
        field.hint = "giờ:phút, ví dụ 09:42";
    }
    field.inputmode = field.inputmode.or(Some("numeric"));
    field.boxed(&field.input("text", Some(field.value)))
}

/// More than a line.
pub fn textarea(field: &Field, rows: u32) -> Markup {
    field.boxed(&html! {
        // The parser drops a first line break; one more keeps a text that begins with one.
        textarea.input id=(id_of(field.name)) name=(field.name) rows=(rows) maxlength=[field.maxlength]
            required[!field.optional] aria-invalid=[field.invalid()] aria-describedby=[field.described_by()] {
            (PreEscaped("\n")) (field.value)
        }
    })
}

/// One of many, `(value, words)`; with no value chosen it asks to choose.
pub fn select(field: &Field, options: &[(&str, &str)]) -> Markup {
    let known = options.iter().any(|(value, _)| *value == field.value);
    field.boxed(&html! {
        select.input id=(id_of(field.name)) name=(field.name) required[!field.optional]
            aria-invalid=[field.invalid()] aria-describedby=[field.described_by()] {
            @if !known || field.optional { option value="" selected[!known] { @if field.quiet { "Tất cả" } @else if field.optional { "Không chọn" } @else { "Chọn…" } } }
            @for (value, words) in options { option value=(value) selected[*value == field.value] { (words) } }
        }
    })
}

/// One of few, all in sight. `down` puts them under each other.
pub fn radio_group(field: &Field, options: &[(&str, &str)], down: bool) -> Markup {
    html! {
        fieldset.field.bad[field.error.is_some()] aria-describedby=[field.described_by()] {
            legend { (field.words()) }
            (field.notes())
            div.choices.down[down] {
                @for (place, (value, words)) in options.iter().enumerate() {
                    label.choice {
                        // The summary's link leads to the first of them.
                        input type="radio" name=(field.name) value=(value) checked[*value == field.value]
                            id=[(place == 0).then(|| id_of(field.name))];
                        span { (words) }
                    }
                }
            }
        }
    }
}

/// Any number of many, `(value, words, ticked)`, under each other.
pub fn checkbox_group(field: &Field, options: &[(&str, &str, bool)]) -> Markup {
    html! {
        fieldset.field.bad[field.error.is_some()] aria-describedby=[field.described_by()] {
            legend { (field.words()) }
            (field.notes())
            div.choices.down {
                @for (place, (value, words, ticked)) in options.iter().enumerate() {
                    label.choice {
                        // The summary's link leads to the first of them.
                        input type="checkbox" name=(field.name) value=(value) checked[*ticked]
                            id=[(place == 0).then(|| id_of(field.name))];
                        span { (words) }
                    }
                }
            }
        }
    }
}

/// Yes or no; sent as `value` when ticked.
pub fn checkbox(field: &Field, ticked: bool) -> Markup {
    html! {
        div.field.bad[field.error.is_some()] {
            @if let (Some(id), Some(message)) = (field.error_id(), field.error) {
                p.error id=(id) { (icon(Icon::Warn)) span { span.sr { "Lỗi: " } (message) } }
            }
            label.choice {
                input type="checkbox" id=(id_of(field.name)) name=(field.name) value=(field.value) checked[ticked]
                    data-key=[field.key] aria-invalid=[field.invalid()] aria-describedby=[field.described_by()];
                span {
                    (field.label)
                    @if let Some(id) = field.hint_id() { span.hint id=(id) { (field.hint) } }
                }
            }
            @if let Some(why) = field.why { (whys::shown(why, field.label)) }
        }
    }
}

/// The searchable procedure box.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// JSON list `[{code, name, field, limit, four?}]` for `?q=`.
    pub url: &'a str,
    /// Name of the hidden field that holds the chosen code, and its value.
    pub into: &'a str,
    pub code: &'a str,
    /// Where choosing leads, the code appended: the same form with this procedure's documents and date.
    pub go: Option<&'a str>,
}

/// Text box and list of at most 8. Without script, "Tìm" asks the server, whose answer is a page with radios.
pub fn search_field(field: &Field, search: &Search) -> Markup {
    let id = id_of(field.name);
    let list = format!("{id}-list");
    field.boxed(&html! {
        div.combo {
            input.input type="text" id=(id) name=(field.name) value=(field.value) autocomplete="off" autofocus[field.autofocus]
                role="combobox" aria-expanded="false" aria-autocomplete="list" aria-controls=(list)
                data-search-url=(search.url) data-search-into=(search.into) data-search-go=[search.go]
                data-key=[field.key] aria-invalid=[field.invalid()] aria-describedby=[field.described_by()];
            input type="hidden" name=(search.into) value=(search.code);
            span.no-script { (Button::new("Tìm").value("_tim", "1").submit()) }
            ul id=(list) role="listbox" aria-label=(field.label) hidden {}
        }
    })
}

/// A part of the page that the script asks for again when one of `from` (names, by spaces) changes:
/// the promised date.
pub fn live_part(url: &str, from: &str, inside: &Markup) -> Markup {
    html! { div data-date-url=(url) data-from=(from) aria-live="off" { (inside) } }
}

/// The same, asked in the body of a request: where `from` names a person.
pub fn live_part_of_person(url: &str, from: &str, inside: &Markup) -> Markup {
    html! { div data-part-url=(url) data-from=(from) aria-live="off" { (inside) } }
}
