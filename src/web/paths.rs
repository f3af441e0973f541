//! What is each page's address? No other file writes one out.
mod accounts;
mod agencies;
mod lists;
pub use accounts::*;
pub use agencies::*;
pub use lists::*;

pub const HOME: &str = "/";
pub const PROCEDURES: &str = "/thu-tuc";
pub const LOOKUP: &str = "/tra-cuu";
/// A letter of a dossier for whoever proves that it is theirs; posted.
pub const LOOKUP_LETTER: &str = "/tra-cuu/phieu";
pub const COUNT_DATE: &str = "/tinh-ngay";
pub const FEEDBACK: &str = "/phan-anh";
/// The same, for someone who rated the service low.
pub const CALL_BACK: &str = "/phan-anh?goi-lai=1";
/// The staff's list of feedback; the citizens' form is `FEEDBACK`.
pub const FEEDBACK_LIST: &str = "/phan-anh/danh-sach";
/// The list as a file.
pub const FEEDBACK_FILE: &str = "/phan-anh/danh-sach/tep";
/// Where staff write down what came on paper or by telephone.
pub const FEEDBACK_ENTRY: &str = "/phan-anh/nhap";
/// Where a sender follows it.
pub const FEEDBACK_FOLLOW: &str = "/phan-anh/theo-doi";
/// What was told to whom, and what did not arrive.
pub const NOTICES: &str = "/thong-bao";
/// Where a sender adds what was asked for.
pub const FEEDBACK_ADD: &str = "/phan-anh/bo-sung";
/// What was answered and made public.
pub const FEEDBACK_PUBLISHED: &str = "/phan-anh/cong-khai";
/// As routes; the functions of the same names put a token in.
pub const SURVEY: &str = "/khao-sat/{token}";
pub const STOP_NOTICES: &str = "/ngung-thong-bao/{token}";
pub const SETUP: &str = "/thiet-lap/{token}";
pub const SCOREBOARD: &str = "/ket-qua";
/// Lists of persons to be erased.
pub const ERASURES: &str = "/xoa-du-lieu";
/// All that is held about one person, for that person.
pub const PERSON: &str = "/du-lieu-ca-nhan";
pub const LOGIN: &str = "/dang-nhap";
/// To the province's identity provider, and back from it.
pub const PROVIDER: &str = "/dang-nhap/tinh";
pub const PROVIDER_BACK: &str = "/dang-nhap/tinh/ve";
pub const RESET_PASSWORD: &str = "/dat-lai-mat-khau";
pub const LOGOUT: &str = "/dang-xuat";
pub const ACCOUNT: &str = "/tai-khoan";
/// Where a new password is posted.
pub const PASSWORD: &str = "/tai-khoan/mat-khau";
/// Where the morning's mail is wanted, or not.
pub const DIGEST: &str = "/tai-khoan/nhac-viec";
pub const DESK: &str = "/ban-lam-viec";
pub const DOSSIERS: &str = "/ho-so";
/// What the box at the top finds.
pub const PALETTE: &str = "/tim";
/// What waits for the leader's approval.
pub const DOSSIERS_TO_APPROVE: &str = "/ho-so?viec=cho-ky";
/// A scanned code is appended to this.
pub const SCAN: &str = "/ho-so?q=";
pub const NEW_DOSSIER: &str = "/ho-so/moi";
/// A new dossier of the procedure whose code is appended.
pub const NEW_DOSSIER_FOR: &str = "/ho-so/moi?thu-tuc=";
/// HTML fragment: other open dossiers of the same person.
pub const NEW_DOSSIER_TWINS: &str = "/ho-so/moi/trung";
/// HTML fragment: the promised date of the form as it stands.
pub const NEW_DOSSIER_DATE: &str = "/ho-so/moi/ngay-hen";
/// What changed in the catalogue.
pub const PROCEDURE_CHANGES: &str = "/thu-tuc/thay-doi";
/// The notice board's poster.
pub const POSTER: &str = "/thu-tuc/niem-yet.pdf";
/// JSON `[{code, name, field, limit, four}]` for the procedure box.
pub const PROCEDURE_SEARCH: &str = "/thu-tuc/tim";
pub const APOLOGIES: &str = "/xin-loi";
/// Many letters signed at once.
pub const APOLOGY_BATCH: &str = "/xin-loi/ky";
/// The register as a file, filtered like the list.
pub const REGISTER_FILE: &str = "/ho-so/tep";
/// The register as the book of form 06.
pub const REGISTER_BOOK: &str = "/so-theo-doi";
/// Where files are brought in.
pub const IMPORTS: &str = "/nhap";
/// The yearly books of outgoing papers.
pub const BOOKS: &str = "/so-van-ban";
/// Every stop of a clock.
pub const PAUSES: &str = "/so-tam-dung";
/// The clocks that stand though the papers came.
pub const PAUSES_STANDING: &str = "/so-tam-dung?muc=con-dung";
/// Where the papers of a list are asked for in one file.
pub const PRINT_JOBS: &str = "/in";
pub const BALLOTS: &str = "/phieu-khao-sat";
pub const KIOSK: &str = "/kiosk";
/// Where the PIN opens a screen.
pub const KIOSK_OPEN: &str = "/kiosk/mo";
/// The screens and their PIN, for staff.
pub const KIOSKS: &str = "/kiosk/quan-ly";
/// Where the PIN is chosen.
pub const KIOSK_PIN: &str = "/kiosk/ma-pin";
pub const GUIDE: &str = "/huong-dan";
/// Shown around, stop by stop.
pub const TOUR: &str = "/huong-dan/lam-quen";
pub const REPORTS: &str = "/bao-cao";
pub const REPORT_PROCESSING: &str = "/bao-cao/giai-quyet";
/// The dossiers behind a number of table II.06a.
pub const REPORT_PROCESSING_ROWS: &str = "/bao-cao/giai-quyet/ho-so";
pub const REPORT_FOUR_ON_THE_SPOT: &str = "/bao-cao/4-tai-cho";
/// The finished dossiers of one procedure, each on the spot or not.
pub const REPORT_FOUR_ROWS: &str = "/bao-cao/4-tai-cho/ho-so";
/// What would lift the share past the target.
pub const REPORT_FOUR_TO_REACH: &str = "/bao-cao/4-tai-cho/de-xuat";
/// Service score and index 766.
pub const REPORT_SCORE: &str = "/bao-cao/cham-diem";
/// When people come, and each field month by month.
pub const REPORT_RHYTHM: &str = "/bao-cao/nhip";
/// What deserves a look.
pub const REPORT_RADAR: &str = "/bao-cao/ra-xet";
/// The yearly review of the procedures.
pub const REPORT_REVIEW: &str = "/bao-cao/ra-soat";
/// Both rates by month, and days used against the limit.
pub const REPORT_TIMELINESS: &str = "/bao-cao/dung-han";
pub const REPORT_SATISFACTION: &str = "/bao-cao/hai-long";
pub const REPORT_APOLOGIES: &str = "/bao-cao/xin-loi";
/// Reporting periods that were closed, and where one is closed.
pub const REPORT_CLOSED: &str = "/bao-cao/chot-so";
/// The Office's report of a quarter, in words.
pub const REPORT_QUARTERLY: &str = "/bao-cao/quy";
/// The tasks of the plan.
pub const PLAN: &str = "/ke-hoach";
/// Where a quality objective is posted, and their report.
pub const OBJECTIVES: &str = "/chi-tieu/muc-tieu";
pub const OBJECTIVES_REPORT: &str = "/chi-tieu/muc-tieu/bao-cao";
/// Who kept the share of the limit.
pub const REPORT_ACCOUNTABILITY: &str = "/bao-cao/trach-nhiem";
/// The stretches behind one of its numbers.
pub const REPORT_ACCOUNTABILITY_ROWS: &str = "/bao-cao/trach-nhiem/luot";
/// What will likely be late.
pub const FORESIGHT: &str = "/canh-bao";
pub const TARGETS: &str = "/chi-tieu";
pub const CATALOGUE: &str = "/danh-muc";
pub const CALENDAR: &str = "/lich";
/// Who does what for how long, by procedure.
pub const WORKFLOWS: &str = "/quy-trinh";
/// What was given to me, by me, and lies at other agencies.
/// The same as a file.
pub const WORKFLOW_FILE: &str = "/quy-trinh/tep";
pub const HAND_OVERS: &str = "/ban-giao";
pub const LEAVES: &str = "/nghi-phep";
/// What is asked of other agencies, and what they ask of us.
pub const TRANSFERS: &str = "/lien-thong";
/// Many answers of other agencies at once, from a file.
pub const TRANSFER_ANSWERS: &str = "/lien-thong/tep";
/// Where one day of it is changed.
pub const CALENDAR_CHANGE: &str = "/lich/thay-doi";
pub const STAFF: &str = "/nhan-su";
pub const LOG: &str = "/nhat-ky";
pub const SECOND: &str = "/dang-nhap/ma";
pub const CONFIRM: &str = "/xac-nhan";
pub const READS: &str = "/nhat-ky/xem";
pub const RUNNING: &str = "/van-hanh";
pub const FIRST_HOUR: &str = "/khoi-dau";
/// A mail to oneself.
pub const FIRST_MAIL: &str = "/khoi-dau/thu";
pub const TRIAL: &str = "/ban-thu";
pub const TRIAL_CLOSE: &str = "/ban-thu/dong";
pub const BACKUP: &str = "/van-hanh/sao-luu";

/// Percent-encodes one part of a path (or one value of a query), so that no
/// code, token or name can leave its place in the address.
pub fn encode(part: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                out.push('%');
                for half in [byte >> 4, byte & 15] {
                    out.push(char::from(HEX[usize::from(half)]));
                }
            }
        }
    }
    // A part of dots alone would be resolved away by the browser.
    if matches!(out.as_str(), "." | "..") {
        return out.replace('.', "%2E");
    }
    out
}

/// An address with its query: `with_query(LOOKUP, &[("code", "a b")])` is `/tra-cuu?code=a%20b`.
///
/// ```
/// use motcua::web::paths::{LOOKUP, with_query};
/// assert_eq!(with_query(LOOKUP, &[("code", "a b")]), "/tra-cuu?code=a%20b");
/// assert_eq!(with_query(LOOKUP, &[]), "/tra-cuu");
/// ```
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (place, (name, value)) in pairs.iter().enumerate() {
        out.push(if place == 0 && !path.contains('?') {
            '?'
        } else {
            '&'
        });
        out.push_str(&encode(name));
        out.push('=');
        out.push_str(&encode(value));
    }
    out
}

/// The way back that a page was asked for: a path of ours, else the desk. Browsers drop
/// tabs and line ends and read `\` as `/`, so none of them goes into an address.
///
/// ```
/// use motcua::web::paths::{DESK, back};
/// assert_eq!(back("/ho-so?q=Lê An"), "/ho-so?q=Lê An");
/// assert!(["", "x", "//evil", "/\\evil", "/\t/evil"].iter().all(|ve| back(ve) == DESK));
/// ```
pub fn back(ve: &str) -> &str {
    let ours = ve.starts_with('/') && !ve.starts_with("//");
    if ours && !ve.contains(|c: char| c == '\\' || c.is_control()) {
        ve
    } else {
        DESK
    }
}

pub fn procedure(code: &str) -> String {
    format!("{PROCEDURES}/{}", encode(code))
}

/// Its sheet for the notice board.
pub fn procedure_sheet(code: &str) -> String {
    format!("{}/niem-yet.pdf", procedure(code))
}

/// A form to download.
pub fn procedure_form(code: &str, id: i64) -> String {
    format!("{}/to-khai/{id}", procedure(code))
}

/// Where the Office keeps a procedure's forms.
pub fn procedure_forms(code: &str) -> String {
    format!("{CATALOGUE}/{}/to-khai", encode(code))
}

/// Takes one off.
pub fn procedure_form_withdraw(code: &str, id: i64) -> String {
    format!("{}/{id}/go", procedure_forms(code))
}

/// The slip that goes out with a result.
pub fn result_slip(code: &str) -> String {
    format!("{DOSSIERS}/{}/phieu-tra", encode(code))
}

pub fn lookup(code: &str) -> String {
    with_query(LOOKUP, &[("code", code)])
}

pub fn survey(token: &str) -> String {
    SURVEY.replace("{token}", &encode(token))
}

/// The same, saying by which channel it came: `slip`, `mail`.
pub fn survey_by(token: &str, channel: &str) -> String {
    with_query(&survey(token), &[("k", channel)])
}

/// Closes a screen.
pub fn kiosk_close(id: i64) -> String {
    format!("{KIOSK}/dong/{id}")
}

/// The scoreboard of a month, by its name.
pub fn scoreboard(month: &str) -> String {
    with_query(SCOREBOARD, &[("thang", month)])
}

pub fn setup(token: &str) -> String {
    SETUP.replace("{token}", &encode(token))
}

pub fn dossier(code: &str) -> String {
    format!("{DOSSIERS}/{}", encode(code))
}

/// Where one act on a dossier is posted, e.g. `dossier_act(code, "phe-duyet")`;
/// GET of the same address is its confirm page, where it has one.
pub fn dossier_act(code: &str, act: &str) -> String {
    format!("{DOSSIERS}/{}/{}", encode(code), encode(act))
}

/// The four acts in a row.
pub fn on_the_spot(code: &str) -> String {
    format!("{DOSSIERS}/{}/tai-cho", encode(code))
}

/// A file that waits for a decision.
pub fn import(id: i64) -> String {
    format!("{IMPORTS}/{id}")
}

/// Writes what it holds.
pub fn import_run(id: i64) -> String {
    format!("{IMPORTS}/{id}/nhap")
}

/// What its headings mean.
pub fn import_columns(id: i64) -> String {
    format!("{IMPORTS}/{id}/cot")
}

/// What it says that our register does not.
pub fn import_reconciled(id: i64) -> String {
    format!("{IMPORTS}/{id}/doi-chieu")
}

/// Its wrong rows, with reasons.
pub fn import_rejects(id: i64) -> String {
    format!("{IMPORTS}/{id}/sai")
}

/// Cancels a number of a yearly book.
pub fn cancel_number(kind: &str, year: i32, number: i32) -> String {
    format!("{BOOKS}/{}/{year}/{number}/huy", encode(kind))
}

/// A picture of the guide.
pub fn guide_picture(name: &str) -> String {
    format!("{GUIDE}/hinh/{name}")
}

/// One list of persons to be erased.
pub fn erasure(id: i64) -> String {
    format!("{ERASURES}/{id}")
}

/// Where something is done with it: `ky`, `xoa`, `bo`.
pub fn erasure_act(id: i64, act: &str) -> String {
    format!("{}/{act}", erasure(id))
}

/// A paper of the dossier as PDF, e.g. `dossier_letter(code, "giay-hen")`.
pub fn dossier_letter(code: &str, letter: &str) -> String {
    format!("{DOSSIERS}/{}/in/{}", encode(code), encode(letter))
}

/// The way of a procedure's version.
pub fn workflow_of(version: i64) -> String {
    format!("{WORKFLOWS}/{version}")
}

pub fn apology(code: &str) -> String {
    format!("{APOLOGIES}/{}", encode(code))
}

/// Where somebody stops being told; the token names nobody.
pub fn stop_notices(token: &str) -> String {
    STOP_NOTICES.replace("{token}", &encode(token))
}

/// The slip of a notice, to be printed.
pub fn notice_slip(id: i64) -> String {
    format!("{NOTICES}/{id}/phieu")
}

/// Where something is done about a notice: `gui-lai`, `da-bao`.
pub fn notice_act(id: i64, act: &str) -> String {
    format!("{NOTICES}/{id}/{act}")
}

/// A closed period: its seal, and what changed since.
pub fn closed_period(id: i64) -> String {
    format!("{REPORT_CLOSED}/{id}")
}

/// One feedback, for staff.
pub fn feedback(code: &str) -> String {
    format!("{FEEDBACK_LIST}/{}", encode(code))
}

/// Where one act on it is asked for and posted.
pub fn feedback_act(code: &str, act: &str) -> String {
    format!("{}/{}", feedback(code), encode(act))
}

/// A new dossier of a known procedure (quick intake).
pub fn new_dossier_for(procedure: &str) -> String {
    with_query(NEW_DOSSIER, &[("thu-tuc", procedure)])
}
