//! The reports: what each may be asked.
use serde_json::{Value, json};

use super::calls::{Call, Who, date, one_of, query, required, text};

/// The reports ask alike.
fn report(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    schema: &'static str,
    mut parameters: Vec<Value>,
) -> Call {
    parameters.push(query("format", &one_of(&["json", "csv", "xlsx"])));
    Call {
        method: "get",
        path,
        id,
        summary,
        who: Who::Token,
        parameters,
        body: None,
        good: (200, schema),
        refusals: &[422],
    }
}

pub fn calls() -> Vec<Call> {
    let span = || {
        vec![
            query("from", &date()),
            query("to", &date()),
            query(
                "period",
                &json!({ "type": "string", "examples": ["2021-Q1"] }),
            ),
        ]
    };
    // Of a field, a procedure, an officer, a channel alone.
    let of_some = || {
        let mut all = span();
        all.extend(["field", "procedure", "officer"].map(|name| query(name, &text())));
        all.push(query("channel", &one_of(&["desk", "online", "post"])));
        all
    };
    let by = one_of(&["field", "procedure", "officer", "channel", "agency"]);
    vec![
        report(
            "/api/v1/reports/processing",
            "processing",
            "Biểu II.06a",
            "ProcessingReport",
            of_some().into_iter().chain([query("by", &by)]).collect(),
        ),
        report(
            "/api/v1/reports/four-on-the-spot",
            "four_on_the_spot",
            "Tỷ lệ 4 tại chỗ",
            "Report",
            vec![required(query("at", &date())), query("from", &date())],
        ),
        report(
            "/api/v1/reports/agencies",
            "agencies",
            "Các đơn vị cùng một cấp trên, mỗi đơn vị một dòng",
            "Report",
            span(),
        ),
        report(
            "/api/v1/reports/satisfaction",
            "satisfaction",
            "Mức độ hài lòng",
            "Report",
            span(),
        ),
        report(
            "/api/v1/reports/apologies",
            "apologies",
            "Thư xin lỗi",
            "Report",
            of_some(),
        ),
        report(
            "/api/v1/reports/targets",
            "targets",
            "Chỉ tiêu của kế hoạch",
            "Report",
            vec![required(query("at", &date()))],
        ),
        report(
            "/api/v1/reports/on-time",
            "on_time",
            "Tỷ lệ đúng hạn theo tháng, số ngày đã dùng so với thời hạn",
            "Report",
            of_some(),
        ),
        report(
            "/api/v1/reports/four-to-reach",
            "four_to_reach",
            "Thủ tục có thể bổ sung vào diện 4 tại chỗ",
            "Report",
            vec![required(query("at", &date())), query("from", &date())],
        ),
        report(
            "/api/v1/reports/review",
            "review",
            "Rà soát thủ tục",
            "Report",
            of_some(),
        ),
        report(
            "/api/v1/reports/service-score",
            "service_score",
            "Chất lượng phục vụ (TT 01/2018)",
            "Report",
            span(),
        ),
        report(
            "/api/v1/reports/index-766",
            "index_766",
            "Bộ chỉ số 766, phần Bộ phận Một cửa biết",
            "Report",
            span(),
        ),
        report(
            "/api/v1/reports/plan",
            "plan",
            "Nhiệm vụ của kế hoạch",
            "Report",
            vec![required(query("at", &date()))],
        ),
        report(
            "/api/v1/reports/radar",
            "radar",
            "Điểm cần xem lại",
            "Report",
            span(),
        ),
        report(
            "/api/v1/reports/rhythm",
            "rhythm",
            "Nhịp tiếp nhận; đúng hạn theo lĩnh vực và tháng",
            "Report",
            of_some(),
        ),
        report(
            "/api/v1/reports/accountability",
            "accountability",
            "Thời gian giữ hồ sơ so với phần được giao",
            "Report",
            {
                let mut all = of_some();
                all.extend([
                    query("by", &one_of(&["step", "officer", "agency"])),
                    query("agency", &text()),
                ]);
                all
            },
        ),
        report(
            "/api/v1/reports/foresight",
            "foresight",
            "Hồ sơ có thể trễ",
            "Report",
            vec![],
        ),
    ]
}
