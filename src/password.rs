//! Passwords: hashed with argon2id off the async threads.
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};

use crate::{
    domain::viet::fold,
    error::{Error, Result},
};

/// What Vietnamese offices type first; without marks, as it is typed on a keyboard.
const COMMON: &str = "matkhau mat khau password motcua mot cua ubnd uyban xa phuong huyen tinh hue thua thien \
    phongdien phong dien quangngan quang ngan vietnam viet nam xinchao xin chao admin quantri quan tri vanphong \
    van phong tiepnhan tiep nhan hoso ho so canbo can bo congchuc cong chuc lanhdao lanh dao chutich chu tich \
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly an anh binh chau cuong dung duc giang \
    ha hai hanh hiep hoa hung huong khanh lan linh long mai minh my nga nhung phuc son tam thanh thao thu thuy \
    toan trang trung tuan tu van vinh yen anhyeuem yeuem yeu em abc bacho bac hoilamgi hanoi saigon danang";

/// Whether it would be guessed soon: by its words, names, years, rows of keys, with or
/// without marks. `own` are the words of its owner.
pub fn is_weak(password: &str, own: &[&str]) -> bool {
    let plain = fold(password);
    let own: Vec<String> = own.iter().map(|word| fold(word)).collect();
    // A common word or one's own name stays that, however it is spaced and numbered.
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_lowercase);
        letters.collect::<String>()
    };
    let bare = letters(&plain);
    if COMMON.split_whitespace().any(|word| word == bare)
        || own.iter().any(|name| letters(name) == bare)
    {
        return true;
    }
    let words = COMMON.split_whitespace();
    let words: Vec<&str> = own
        .iter()
        .flat_map(|word| word.split_whitespace().chain([word.as_str()]))
        .chain(words)
        .collect();
    // Three of four: more than a hundred million tries.
    [password, plain.as_str()]
        .iter()
        .any(|typed| u8::from(zxcvbn::zxcvbn(typed, &words).score()) < 3)
}

/// What is stored.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| Error::internal(error.to_string()))
    })
    .await
    .map_err(Error::internal)?
}

/// Whether a password is the one stored. Takes as long for an account that does
/// not exist (`stored` empty), so that names cannot be guessed by the clock.
pub async fn verify(password: &str, stored: &str) -> Result<bool> {
    let (password, stored) = (password.to_owned(), stored.to_owned());
    tokio::task::spawn_blocking(move || {
        let Ok(known) = PasswordHash::new(&stored) else {
            // Burns the same time; the answer is no either way.
            let _ = Argon2::default().hash_password(password.as_bytes());
            return false;
        };
        Argon2::default()
            .verify_password(password.as_bytes(), &known)
            .is_ok()
    })
    .await
    .map_err(Error::internal)
}
