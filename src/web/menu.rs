//! What is in whose menu? Seven fit in the bar; the rest stands under "Thêm".
use super::{
    layout::{Menu, Section, Waiting},
    paths,
};

/// One line of the menu: where it belongs, its words, its address, what waits there.
pub type Entry = (Section, &'static str, &'static str, u32);

/// What stands in the bar, and what under "Thêm".
pub fn entries(menu: Menu, waiting: Waiting) -> (Vec<Entry>, Vec<Entry>) {
    let Waiting {
        approvals,
        apologies,
        feedback,
        notices,
        hand_overs,
    } = waiting;
    let desk = (Section::Desk, "Bàn làm việc", paths::DESK, 0);
    let dossiers = (Section::Dossiers, "Hồ sơ", paths::DOSSIERS, 0);
    let apologies = (Section::Apologies, "Xin lỗi", paths::APOLOGIES, apologies);
    let ballots = (Section::Ballots, "Phiếu khảo sát", paths::BALLOTS, 0);
    let feedback = (
        Section::Feedback,
        "Phản ánh",
        paths::FEEDBACK_LIST,
        feedback,
    );
    let notices = (Section::Notices, "Báo tin", paths::NOTICES, notices);
    let watch = (Section::Watch, "Theo dõi", paths::REPORTS, 0);
    let reports = (Section::Reports, "Báo cáo", paths::REPORT_PROCESSING, 0);
    let targets = (Section::Targets, "Chỉ tiêu", paths::TARGETS, 0);
    let hand_overs = (
        Section::HandOvers,
        "Bàn giao",
        paths::HAND_OVERS,
        hand_overs,
    );
    let foresight = (Section::Foresight, "Dự báo trễ", paths::FORESIGHT, 0);
    let workflows = (Section::Workflows, "Quy trình", paths::WORKFLOWS, 0);
    let catalogue = (Section::Catalogue, "Danh mục", paths::CATALOGUE, 0);
    let more = vec![
        (Section::Calendar, "Lịch nghỉ", paths::CALENDAR, 0),
        foresight,
        workflows,
        (Section::HandOvers, "Bàn giao", paths::HAND_OVERS, 0),
        (Section::Staff, "Nhân sự", paths::STAFF, 0),
        (Section::Books, "Sổ văn bản", paths::BOOKS, 0),
        (Section::Pauses, "Sổ tạm dừng", paths::PAUSES, 0),
        (Section::Imports, "Nhập từ tệp", paths::IMPORTS, 0),
        (Section::Log, "Nhật ký", paths::LOG, 0),
        (Section::Running, "Vận hành", paths::RUNNING, 0),
    ];
    match menu {
        Menu::Desk => (
            vec![desk, dossiers, hand_overs, apologies, feedback, notices],
            vec![
                ballots,
                foresight,
                (
                    Section::Reports,
                    "Thời gian giữ hồ sơ",
                    paths::REPORT_ACCOUNTABILITY,
                    0,
                ),
                workflows,
            ],
        ),
        Menu::Leader => (
            vec![
                (Section::Desk, "Hôm nay", paths::DESK, 0),
                dossiers,
                (
                    Section::Approvals,
                    "Ký duyệt",
                    paths::DOSSIERS_TO_APPROVE,
                    approvals,
                ),
                apologies,
                feedback,
                reports,
            ],
            vec![hand_overs, foresight, workflows],
        ),
        // Seven fit beside the search at 1280 px; the eighth would push the name away.
        Menu::Office => (
            vec![
                watch, dossiers, reports, targets, apologies, feedback, catalogue,
            ],
            [ballots, notices].into_iter().chain(more).collect(),
        ),
        Menu::Admin => (
            vec![desk, dossiers, apologies, feedback, watch, reports],
            [targets, catalogue, notices]
                .into_iter()
                .chain(more)
                .chain([(Section::FirstHour, "Giờ đầu tiên", paths::FIRST_HOUR, 0)])
                .collect(),
        ),
    }
}
