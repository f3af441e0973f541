//! A keyboard that counts. Vietnamese letters are counted as Telex types them: one
//! key for the letter, one for each mark, one for a capital.
use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use unicode_normalization::UnicodeNormalization;

use crate::driver::Browser;

pub struct Keys<'a> {
    browser: &'a Browser,
    pub pressed: usize,
}

/// Keys that a person presses for a text.
pub fn cost(text: &str) -> usize {
    let stroked = text.chars().filter(|letter| "đĐ".contains(*letter)).count();
    let capitals = text.chars().filter(|letter| letter.is_uppercase()).count();
    text.nfd().count() + stroked + capitals
}

impl<'a> Keys<'a> {
    pub fn of(browser: &'a Browser) -> Self {
        Self {
            browser,
            pressed: 0,
        }
    }

    /// Types into whatever has the focus.
    pub async fn type_in(&mut self, text: &str) {
        self.pressed += cost(text);
        self.send(text.chars()).await;
    }

    pub async fn press(&mut self, key: Key) {
        self.pressed += 1;
        self.send(std::iter::once(char::from(key))).await;
    }

    /// Presses a key that leads to another page.
    pub async fn leave_by(&mut self, key: Key) {
        self.pressed += 1;
        self.browser
            .leaving(async || self.send(std::iter::once(char::from(key))).await)
            .await;
    }

    /// Types a text that leads to another page.
    pub async fn leave_with(&mut self, text: &str) {
        self.pressed += cost(text);
        self.browser
            .leaving(async || self.send(text.chars()).await)
            .await;
    }

    /// Two keys at once.
    pub async fn chord(&mut self, held: Key, letter: char) {
        self.pressed += 2;
        let (held, value) = (char::from(held), letter);
        let strokes = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.browser.client.perform_actions(strokes).await.unwrap();
    }

    async fn send(&self, letters: impl Iterator<Item = char>) {
        let mut strokes = KeyActions::new("keyboard".into());
        for value in letters {
            strokes = strokes
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.browser.client.perform_actions(strokes).await.unwrap();
    }
}

#[test]
fn marks_and_capitals_are_keys_too() {
    assert_eq!(cost("khai sinh"), 9);
    assert_eq!(cost("Đỗ"), 2 + 1 + 3, "capital, D, D; o, o, x");
}
