//! What do people complain of in the year? Sixteen voices, each by the same actions,
//! at moments drawn from the seed; some answered late, some not yet.
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{Wanted, cast::Cast, course::Course};
use crate::{
    actions::{
        handle_feedback,
        receive_feedback::{self, Entry, Input},
    },
    app::App,
    domain::{
        calendar::Calendar,
        feedback::{Act, Source},
        time::to_utc,
    },
    error::Result,
    secret,
    store::feedback,
};

/// Kind, words, and what is done with it.
type Voice = (&'static str, &'static str, End);

/// How one ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Answered after so many working days and made public, or not.
    Published(u32, &'static str),
    Closed(u32, &'static str),
    Forwarded(u32, &'static str),
    Rejected(u32, &'static str),
    /// Its sender was asked for something more, and has not answered.
    Asked(u32, &'static str),
    /// Nobody has done anything yet.
    Open,
}

const VOICES: [Voice; 16] = [
    (
        "opinion",
        "Buổi chiều thứ Sáu chỉ có một người ở quầy nên phải chờ hơn một giờ. Đề nghị bố trí thêm người.",
        End::Published(
            6,
            "Cảm ơn ông/bà. Từ tuần sau, chiều thứ Sáu có hai công chức trực quầy.",
        ),
    ),
    (
        "rule",
        "Làm trích lục khai sinh cho con đã có bản điện tử mà vẫn phải nộp bản giấy. Đề nghị bỏ giấy này.",
        End::Forwarded(3, "Sở Tư pháp"),
    ),
    (
        "conduct",
        "Công chức Trương Đức Huy hẹn tôi ba lần mà không giải quyết, nói năng thiếu lịch sự.",
        End::Closed(
            12,
            "Ủy ban nhân dân đã làm việc với công chức được phản ánh, nhắc nhở và xin lỗi ông/bà.",
        ),
    ),
    (
        "opinion",
        "Phòng chờ thiếu ghế và nước uống cho người già.",
        End::Published(
            9,
            "Ủy ban nhân dân đã đặt thêm hai dãy ghế và bình nước tại phòng chờ.",
        ),
    ),
    (
        "rule",
        "Mức lệ phí chứng thực ghi trên bảng niêm yết không giống trên trang thông tin.",
        End::Published(
            4,
            "Bảng niêm yết là bảng cũ, đã thay. Mức thu theo quy định hiện hành.",
        ),
    ),
    (
        "conduct",
        "Công chức ở quầy không nhận hồ sơ vì còn năm phút là hết giờ buổi sáng.",
        End::Published(
            14,
            "Quầy nhận hồ sơ đến hết giờ làm việc. Ủy ban nhân dân đã chấn chỉnh và xin lỗi ông/bà.",
        ),
    ),
    (
        "opinion",
        "aaaa kiểm tra thử",
        End::Rejected(1, "Nội dung không rõ ràng, không có người gửi để hỏi lại."),
    ),
    (
        "rule",
        "Xác nhận tình trạng hôn nhân phải về nơi cư trú cũ, đi lại hơn một trăm cây số. Có cách nào làm ngay tại xã không?",
        End::Published(
            21,
            "Xã đã liên thông để hỏi nơi cư trú cũ thay cho người dân. Xin lỗi vì trả lời chậm.",
        ),
    ),
    (
        "opinion",
        "Đề nghị nhắn tin khi có kết quả để khỏi phải đi hỏi.",
        End::Closed(
            8,
            "Ghi tên nơi nhận thư điện tử khi nộp hồ sơ, Bộ phận Một cửa sẽ báo.",
        ),
    ),
    (
        "conduct",
        "Hồ sơ đất đai của tôi bị trả lại ba lần, mỗi lần thêm một giấy khác nhau.",
        End::Published(
            11,
            "Ủy ban nhân dân xin lỗi. Từ nay phiếu yêu cầu bổ sung ghi đủ giấy tờ trong một lần.",
        ),
    ),
    (
        "rule",
        "Thời hạn cấp phép xây dựng nhà ở niêm yết tại xã khác với ở huyện.",
        End::Forwarded(8, "Phòng Kinh tế và Hạ tầng huyện"),
    ),
    (
        "opinion",
        "Cảm ơn cán bộ một cửa đã giúp mẹ tôi viết tờ khai.",
        End::Closed(2, "Cảm ơn lời động viên của ông/bà."),
    ),
    (
        "rule",
        "Nhà tôi có người khuyết tật nặng, hồ sơ trợ cấp phải xác nhận lại mỗi năm. Đề nghị bỏ.",
        End::Open,
    ),
    (
        "conduct",
        "Gọi số điện thoại của quầy nhiều lần trong giờ làm việc mà không ai nghe máy.",
        End::Asked(
            2,
            "Xin cho biết ông/bà đã gọi số nào, vào ngày nào, khoảng mấy giờ.",
        ),
    ),
    (
        "opinion",
        "Đề nghị mở quầy sáng thứ Bảy cho người đi làm xa.",
        End::Open,
    ),
    (
        "rule",
        "Đăng ký kết hôn có phải mang hộ khẩu giấy không, mỗi nơi hướng dẫn một kiểu.",
        End::Open,
    ),
];

/// Plays them in the order of their coming.
pub async fn simulate(
    app: &App,
    cast: &Cast,
    calendar: &Calendar,
    wanted: Wanted,
    opens: NaiveDateTime,
) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(wanted.seed ^ 0x5041);
    let first = NaiveDate::from_ymd_opt(wanted.year, 1, 11).unwrap_or_default();
    // The last four come so that one is overdue when the demo opens, three are not.
    let ago = [45, 15, 6, 1];
    let answered = i64::try_from(VOICES.len() - ago.len()).unwrap_or(1);
    let apart = (opens.date() - first).num_days().max(answered * 4) / (answered + 2);
    let mut steps: Vec<(NaiveDateTime, usize, Option<Act>)> = Vec::new();
    for (place, (_, _, end)) in VOICES.iter().enumerate() {
        let position = i64::try_from(place).unwrap_or_default();
        let day = match usize::try_from(position - answered) {
            Ok(late) => opens.date() - TimeDelta::days(ago[late.min(ago.len() - 1)]),
            Err(_) => first + TimeDelta::days(apart * position + rng.random_range(0..4)),
        };
        let day = calendar.working_day_from(day).unwrap_or(day);
        let mut course = Course {
            calendar,
            rng: &mut rng,
            specialist: "specialist",
            received: opens,
            due: None,
            limit: None,
        };
        let came = course.office_moment(day);
        steps.push((came, place, None));
        let mut later = |from: NaiveDateTime, days: u32| {
            let day = (0..days).fold(from.date(), |day, _| {
                calendar.next_working_day(day).unwrap_or(day)
            });
            course.office_moment(day)
        };
        match end {
            End::Open => {}
            End::Published(days, _) | End::Closed(days, _) => {
                let answered = later(came, *days);
                let last = match end {
                    End::Published(..) => Act::Publish,
                    _ => Act::Close,
                };
                steps.push((answered, place, Some(Act::Answer)));
                steps.push((later(answered, 1), place, Some(last)));
            }
            End::Forwarded(days, _) => steps.push((later(came, *days), place, Some(Act::Forward))),
            End::Rejected(days, _) => steps.push((later(came, *days), place, Some(Act::Reject))),
            End::Asked(days, _) => steps.push((later(came, *days), place, Some(Act::AskMore))),
        }
    }
    steps.retain(|(at, _, _)| *at <= opens);
    steps.sort_by_key(|(at, place, _)| (*at, *place));
    let mut codes: Vec<Option<String>> = vec![None; VOICES.len()];
    for (at, place, act) in steps {
        let then = app.at(to_utc(at));
        match (act, &codes[place]) {
            (None, _) => {
                codes[place] = Some(arrive(&then, cast, wanted.seed, place, &mut rng).await?);
            }
            (Some(act), Some(code)) => handle(&then, cast, code, act, &VOICES[place]).await?,
            (Some(_), None) => {}
        }
    }
    Ok(())
}

/// Most write on the page, some send a letter, some call.
async fn arrive(
    app: &App,
    cast: &Cast,
    seed: u64,
    place: usize,
    rng: &mut StdRng,
) -> Result<String> {
    let (kind, words, end) = VOICES[place];
    let person = cast.applicant(rng);
    let named = !matches!(end, End::Rejected(..));
    let input = Input {
        agency: None,
        kind: kind.into(),
        content: words.into(),
        name: named.then(|| person.name.clone()),
        contact: person.phone.or(person.email).filter(|_| named),
        dossier_code: None,
        notify: None,
    };
    // As a form's key would be, but the same for a seed.
    let key = &secret::hash(&format!("demo {seed} {place}"))[..32];
    let source = match place % 4 {
        1 => "paper",
        3 => "phone",
        _ => {
            return Ok(
                receive_feedback::by_citizen(app, Source::Online, &input, key)
                    .await?
                    .code,
            );
        }
    };
    let entry = Entry {
        input,
        source: source.into(),
        ..Entry::default()
    };
    let actor = cast.actor("receptionist")?;
    Ok(receive_feedback::by_staff(app, actor, &entry, key)
        .await?
        .code)
}

async fn handle(app: &App, cast: &Cast, code: &str, act: Act, voice: &Voice) -> Result<()> {
    let who = match act {
        Act::Answer => "leader",
        _ => "office",
    };
    let actor = cast.actor(who)?;
    let row = feedback::by_code(app.store.read(), &actor.viewer(), code).await?;
    let (words, end) = (voice.1, voice.2);
    let mut input = handle_feedback::Input {
        action: act.code().into(),
        expected_version: Some(row.version),
        ..handle_feedback::Input::default()
    };
    match (act, end) {
        (Act::Answer, End::Published(_, answer) | End::Closed(_, answer)) => {
            input.answer = answer.into();
        }
        (Act::Publish, End::Published(_, answer)) => {
            input.public_content = words.into();
            input.public_answer = answer.into();
        }
        (Act::Forward, End::Forwarded(_, to)) => input.to = to.into(),
        (Act::Reject, End::Rejected(_, reason)) | (Act::AskMore, End::Asked(_, reason)) => {
            input.reason = reason.into();
        }
        _ => input.reason = "Nội dung chỉ liên quan đến người gửi.".into(),
    }
    handle_feedback::run(app, actor, code, &input).await
}
