//! What is a hard field for, and by which article of law is it asked? What nobody could
//! check is said as unchecked.
use maud::{Markup, html};

/// What stands folded beside a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why {
    pub words: &'static str,
    /// The article; empty where there is none.
    pub basis: &'static str,
    /// What is not certain.
    pub doubt: &'static str,
}

/// The decree in force today was not seen by us.
const SINCE_2025: &str = "Từ 01/7/2025 NĐ 118/2025/NĐ-CP thay NĐ 61/2018/NĐ-CP; câu chữ mới về điểm này chưa đối chiếu được, nên chương trình giữ cách cũ làm thiết lập.";

pub const ID_NUMBER: Why = Why {
    words: "Số định danh (CCCD), CMND, hoặc số đăng ký của tổ chức. Nhờ số này mà thấy hồ sơ trùng và người nộp tự xem được hồ sơ của mình. Chỉ gõ số: không chụp, không lưu ảnh thẻ. Danh sách chỉ hiện bốn số cuối.",
    basis: "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 và NĐ 356/2025/NĐ-CP: số định danh là dữ liệu cá nhân, ảnh thẻ là dữ liệu nhạy cảm. NĐ 61/2018/NĐ-CP Điều 5.1: không tiết lộ nội dung hồ sơ.",
    doubt: "",
};

pub const CONSENT: Why = Why {
    words: "Hỏi rồi mới đánh dấu. Không đồng ý thì hồ sơ vẫn được nhận và giải quyết như mọi hồ sơ; tin báo khi ấy do cán bộ gọi hoặc đưa giấy.",
    basis: "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, NĐ 356/2025/NĐ-CP: sự đồng ý không được đánh dấu sẵn.",
    doubt: "",
};

pub const RECEIVED: Why = Why {
    words: "Để trống là ngay lúc này. Chỉ ghi lúc khác khi nhận từ trước mà chưa vào sổ, ví dụ lúc mất điện. Ngày hẹn tính từ lúc này; nhận sau giờ chốt thì hồ sơ được chuyển đầu ngày làm việc sau.",
    basis: "NĐ 61/2018/NĐ-CP Điều 18.2, 18.3: chuyển trong ngày, nhận sau 15 giờ thì đầu giờ ngày làm việc tiếp theo.",
    doubt: SINCE_2025,
};

pub const DUE_BY_HAND: Why = Why {
    words: "Danh mục không ghi một thời hạn chung cho thủ tục này, nên người tiếp nhận đặt ngày theo văn bản của lĩnh vực và ghi lý do để người sau kiểm tra được.",
    basis: "NĐ 61/2018/NĐ-CP Điều 17.1.c: giấy tiếp nhận có hẹn ngày trả kết quả.",
    doubt: "",
};

pub const MISSING_PAPERS: Why = Why {
    words: "Ghi đủ mọi giấy còn thiếu trong một lần, đúng tên trong danh mục. Không hỏi giấy tờ ngoài quy định. Cổng Dịch vụ công tính hồ sơ bị yêu cầu bổ sung lần thứ hai là quá hạn.",
    basis: "NĐ 61/2018/NĐ-CP Điều 15.3 (một lần, đầy đủ, chính xác), Điều 5.1 (cấm hỏi giấy tờ ngoài quy định), Điều 17.1.a (phiếu mẫu 02).",
    doubt: SINCE_2025,
};

pub const LEGAL_BASIS: Why = Why {
    words: "Sau thẩm định, yêu cầu bổ sung được trả lại trong 03 ngày làm việc từ ngày tiếp nhận. Muộn hơn thì phải có văn bản của lĩnh vực cho phép: ghi điều, khoản và tên văn bản ấy.",
    basis: "NĐ 61/2018/NĐ-CP Điều 19.4 (pháp luật chuyên ngành có quy định khác thì theo quy định đó).",
    doubt: SINCE_2025,
};

pub const PAYMENT: Why = Why {
    words: "Số tiền theo mức công khai của thủ tục. Đồng hồ dừng từ lúc này đến khi nộp; biên lai lưu cùng hồ sơ.",
    basis: "NĐ 61/2018/NĐ-CP Điều 22 (phí, lệ phí).",
    doubt: "Việc đồng hồ dừng khi chờ nộp phí là thiết lập của đơn vị, chưa thấy điều khoản nói rõ.",
};

pub const REFUSAL: Why = Why {
    words: "Viết cho người nộp đọc: thiếu điều kiện nào, theo điều nào, làm gì tiếp. Câu này in nguyên văn trên phiếu mẫu 03.",
    basis: "NĐ 61/2018/NĐ-CP Điều 17.1.b (từ chối tiếp nhận), Điều 19.8 (không đủ điều kiện giải quyết: trả lời trong thời hạn, nêu rõ lý do).",
    doubt: SINCE_2025,
};

pub const STOP: Why = Why {
    words: "Dừng khác với rút và với từ chối: hồ sơ kết thúc giữa chừng, người nộp nhận thông báo dừng. Ghi rõ vì sao.",
    basis: "TT 03/2025/TT-VPCP có mẫu 05 “Thông báo dừng giải quyết hồ sơ”. NĐ 61/2018/NĐ-CP không có điều nào về dừng.",
    doubt: "Ngày TT 03/2025/TT-VPCP có hiệu lực chưa đối chiếu được; đó là thiết lập của đơn vị.",
};

pub const NEW_DATE: Why = Why {
    words: "Mỗi hồ sơ hẹn lại nhiều nhất một lần. Phiếu phải đến người nộp trước ngày hẹn, không đợi đến khi đã trễ. Ngày hẹn đầu tiên vẫn được giữ để tính số liệu.",
    basis: "NĐ 61/2018/NĐ-CP Điều 19.9: chậm nhất 01 ngày trước ngày hết hạn, việc hẹn lại không quá một lần.",
    doubt: "Sau khi hẹn lại, số liệu tính theo ngày nào chưa có văn bản nói rõ: đó là thiết lập. NĐ 118/2025/NĐ-CP về điểm này chưa đối chiếu được.",
};

pub const LATE_REASON: Why = Why {
    words: "In nguyên văn trên phiếu gửi người dân: nói việc gì làm chậm, không nêu lỗi của người nộp, không ghi tên cán bộ.",
    basis: "NĐ 61/2018/NĐ-CP Điều 19.9 (nêu rõ lý do); mẫu 04.",
    doubt: "",
};

pub const ANSWER_BY: Why = Why {
    words: "Phiếu hỏi nêu rõ nội dung và thời hạn trả lời. Quá hạn chưa trả lời thì báo người đứng đầu Bộ phận Một cửa; hồ sơ vẫn tính theo ngày hẹn với người dân.",
    basis: "NĐ 61/2018/NĐ-CP Điều 19.5 (lấy ý kiến), 19.6, 19.7 (liên thông).",
    doubt: SINCE_2025,
};

pub const WHO_TAKES: Why = Why {
    words: "Người nhận thay mang giấy hẹn và giấy ủy quyền: ghi tên người thật sự nhận. Bỏ trống nếu chính người nộp nhận.",
    basis: "NĐ 61/2018/NĐ-CP Điều 6.2.b (mang giấy hẹn; người được ủy quyền mang thêm giấy ủy quyền), Điều 20.",
    doubt: "",
};

/// Folded beside its field, which it names for who cannot see where it stands.
pub fn shown(why: &Why, label: &str) -> Markup {
    html! {
        details.why.aside {
            summary { "Giải thích, căn cứ: " (label) }
            p { (why.words) }
            @if !why.basis.is_empty() { p.small { b { "Căn cứ: " } (why.basis) } }
            @if !why.doubt.is_empty() { p.small { b { "Chưa chắc: " } (why.doubt) } }
        }
    }
}
