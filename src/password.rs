//! Passwords: hashed with argon2id off the async threads, a few at once.
use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};

use crate::{
    domain::viet::fold,
    error::{Error, Result},
    queue::Queue,
};

/// Each hash takes 19 MiB: three at once, however many knock.
static ROOM: LazyLock<Queue> = LazyLock::new(|| Queue::new(3, 200));

/// What Vietnamese offices type first; without marks, as it is typed on a keyboard:
/// words of the office, places, names, what one says.
const COMMON: &str = "mat khau matkhau password passw0rd pass admin quan tri quantri root user test demo login welcome \
    motcua mot cua bophan bo phan tiepnhan tiep nhan trakq ketqua ket qua tra hoso ho so thutuc thu tuc tthc \
    dichvucong dvc dich vu cong cchc cai cach hanhchinh hanh chinh vanphong van phong vanthu canbo can bo \
    congchuc cong chuc vienchuc lanhdao lanh dao chutich chu tich phochutich bithu bi thu tuphap tu phap hotich \
    diachinh dia chinh daidat dat dai chungthuc chung thuc thongke lao dong thuongbinh xahoi xa hoi congan cong an \
    quansu quan su mattran mat tran hoidong hoi dong hdnd ubnd uybannhandan uy ban nhan dan uyban dang uy danguy \
    nhanvien nhan vien giamdoc ketoan ke toan thuquy coquan co quan donvi don vi mail email web phanmem phan mem \
    xa phuong thitran thi tran huyen quan thixa thanhpho thanh pho tinh thon to dan pho khu ap lang nha nuoc \
    hue thuathienhue thua thien tthue phongdien phong dien quangngan quang ngan quangcong quangdien huongthuy \
    huongtra phuvang phuloc namdong aluoi ta thuan hoa danang da nang hanoi ha noi saigon sai gon hcm tphcm \
    hochiminh haiphong hai phong cantho can tho quangtri quang tri quangnam quang nam quangngai quangbinh binh \
    nghean nghe an hatinh thanhhoa ninhbinh namdinh thaibinh hungyen haiduong bacninh bac ninh bacgiang langson \
    caobang laocai yenbai dienbien sonla hoabinh phutho vinhphuc thainguyen tuyenquang hagiang khanhhoa nhatrang \
    phuyen binhdinh gialai kontum daklak daknong lamdong dalat dongnai binhduong tayninh longan tiengiang bentre \
    travinh vinhlong dongthap angiang kiengiang camau baclieu soctrang vietnam viet nam vn \
    xinchao xin chao camon cam on anhyeuem yeuem yeu em anh chi toi minh abc bacho bac hoilamgi hoi lam gi thang nam \
    ngay sinh nhat tet xuan ha thu dong hanhphuc hanh phuc \
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly thi van huu dinh ngoc \
    an chau cuong dung duc giang hai hiep huong khanh lan linh long mai my nga nhung phuc son tam thanh thao thuy \
    toan trang trung tuan tuyet phuong quang quoc bao kim hong hoa thuong loan yen oanh nhi vy uyen tien tung";

/// What everybody knows by heart, each as one word: mottos, sayings, first lines.
const SAYINGS: &str = "doclaptudohanhphuc doclaptudo conghoaxahoichunghiavietnam conghoaxahoichunghia \
    khongcogiquyhondoclaptudo quyhondoclaptudo dangcongsanvietnamquangvinh mungdangmungxuan \
    chutichhochiminhvidaisongmaitrongsunghiepcuachungta hochiminhmuonnam songchiendaulaodonghoctaptheoguongbachovidai \
    hoctapvalamtheotamguongdaoduchochiminh nhudacobachotrongngayvuidaithang vietnamthanyeu \
    toiyeuvietnam vietnammuonnam vietnamquehuongtoi doanquanvietnamdi tienquanca tienvesaigon \
    hochocnuahocmai tienhoclehauhocvan khongthaydomaylamnen uongnuocnhonguon anquanhoketrongcay anquanhokenguoitrongcay \
    cocongmaisatcongaynenkim doanketdoanketdaidoanket thanhcongthanhcongdaithanhcong laladumlarach \
    dangiaunuocmanh dangiaunuocmanhdanchucongbangvanminh cankiemliemchinh cankiemliemchinhchicongvotu \
    hethongchinhtri phucvunhandan vinhandanphucvu chinhquyenphucvu nguoidanlatrungtam \
    mottrieubuocchan tramnamtrongcoinguoita chutaichumenhkheolaghetnhau congchanhutathaison congchanhunuithaison \
    nghiamenhunuoctrongnguonchayra conhacothimoinguoi anhyeuemnhieulam emyeuanhnhieulam chucmungnammoi \
    happynewyear iloveyou ailovediu letmein changeme";

/// Fewest words of a list that a row of letters is put together of, if it is.
fn words_in(letters: &str, list: &[&str]) -> Option<usize> {
    let mut fewest: Vec<Option<usize>> = vec![None; letters.len() + 1];
    fewest[0] = Some(0);
    for at in 0..letters.len() {
        let Some(so_far) = fewest[at] else { continue };
        for word in list {
            if letters[at..].starts_with(word) {
                let place = &mut fewest[at + word.len()];
                *place = Some(place.map_or(so_far + 1, |known| known.min(so_far + 1)));
            }
        }
    }
    fewest[letters.len()]
}

/// As many common words as this are a sentence, fewer are a guess.
const SENTENCE: usize = 4;

/// Whether it would be guessed soon: by its words, names, places, years, rows of keys, with
/// or without marks. `own` are the words of its owner and office.
pub fn is_weak(password: &str, own: &[&str]) -> bool {
    let plain = fold(password);
    let own: Vec<String> = own.iter().map(|word| fold(word)).collect();
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_lowercase);
        letters.collect::<String>()
    };
    let together: Vec<String> = own.iter().map(|name| letters(name)).collect();
    let words: Vec<&str> = own
        .iter()
        .flat_map(|word| {
            word.split(|c: char| !c.is_ascii_alphanumeric())
                .chain([word.as_str()])
        })
        .chain(together.iter().map(String::as_str))
        .chain(COMMON.split_whitespace())
        .chain(SAYINGS.split_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    // A few common words, or one's own name or office, stay that, however they are spaced
    // and numbered.
    let bare: String = letters(&plain);
    if !bare.is_empty() && words_in(&bare, &words).is_some_and(|count| count < SENTENCE) {
        return true;
    }
    // Three of four: more than a hundred million tries.
    [password, plain.as_str()]
        .iter()
        .any(|typed| u8::from(zxcvbn::zxcvbn(typed, &words).score()) < 3)
}

/// What is stored.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    // Held until the hash is done, also when nobody waits for it any more.
    let place = ROOM.enter().await?;
    tokio::task::spawn_blocking(move || {
        let _place = place;
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
    let place = ROOM.enter().await?;
    tokio::task::spawn_blocking(move || {
        let _place = place;
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
