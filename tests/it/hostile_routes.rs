//! Which POST routes have no form that a test could find on a page, and which are left alone.

/// POST routes whose form this test does not find on a page, and their fields.
pub const DIRECT: &[(&str, &str, &[&str])] = &[
    (
        "/ho-so/nhieu/lam",
        "/ho-so/nhieu/lam",
        &["viec", "to", "hs"],
    ),
    ("/tim", "/tim", &["q"]),
    (
        "/ho-so/moi/trung",
        "/ho-so/moi/trung",
        &["thu-tuc", "id_number"],
    ),
    ("/dang-nhap", "/dang-nhap", &["username", "password", "ve"]),
    ("/dang-nhap/ma", "/dang-nhap/ma", &["ma", "ve"]),
    ("/xac-nhan", "/xac-nhan", &["password", "ve"]),
    (
        "/thiet-lap/{token}",
        "/thiet-lap/x",
        &["username", "name", "password", "title"],
    ),
    (
        "/khao-sat/{token}",
        "/khao-sat/x",
        &["answer", "comment", "k"],
    ),
    ("/ngung-thong-bao/{token}", "/ngung-thong-bao/x", &["x"]),
    ("/tra-cuu", "/tra-cuu", &["code", "s", "digits"]),
    (
        "/tra-cuu/phieu",
        "/tra-cuu/phieu",
        &["code", "s", "digits", "kind", "seq"],
    ),
    (
        "/phan-anh/bo-sung",
        "/phan-anh/bo-sung",
        &["code", "secret", "words", "key"],
    ),
    ("/kiosk", "/kiosk", &["answer", "key", "ballot", "reason"]),
    ("/kiosk/mo", "/kiosk/mo", &["pin", "counter"]),
    (
        "/co-quan",
        "/co-quan",
        &["identifier", "confirmed", "phone"],
    ),
    (
        "/co-quan/nguoi-ky",
        "/co-quan/nguoi-ky",
        &["name", "capacity", "from"],
    ),
    // Of an agency under another; own_terms.rs and own_days.rs sends them where they are let in.
    (
        "/danh-muc/{code}/o-day",
        "/danh-muc/1.001022/o-day",
        &["tu-ngay", "thoi-han", "phi", "noi-nop", "can-cu", "ban"],
    ),
    (
        "/lich/gio",
        "/lich/gio",
        &[
            "sang-tu",
            "sang-den",
            "chieu-tu",
            "chieu-den",
            "ly-do",
            "chung",
            "ban",
        ],
    ),
    ("/in", "/in", &["viec", "giay", "hs", "ve"]),
    (
        "/lien-thong/{id}/tra-loi",
        "/lien-thong/1/tra-loi",
        &["answer"],
    ),
    (
        "/bao-cao/ra-xet",
        "/bao-cao/ra-xet",
        &["finding", "ky", "tu", "den", "note"],
    ),
];

/// POST routes that are left alone.
pub const LEFT: &[(&str, &str)] = &[
    ("/ban-thu", "no field"),
    ("/ban-thu/dong", "no field"),
    ("/ho-so/loc/{id}/xoa", "no field"),
    ("/ho-so/nhieu/{id}/tiep", "no field"),
    ("/dang-xuat", "ends the session"),
    ("/tai-khoan/phien/{id}", "ends a session"),
    ("/tai-khoan/co-quan", "no field: many_agencies.rs"),
    (
        "/tai-khoan/mat-khau",
        "the password is not known to this test",
    ),
    ("/van-hanh/sao-luu", "no field; a copy each time"),
    ("/nhap/{id}/cot", "needs an upload: import_pages.rs"),
    (
        "/nhap/{id}/nhap",
        "needs an upload: tests/it/import_pages.rs",
    ),
    ("/kiosk/dong/{id}", "no field"),
    ("/nghi-phep/{id}/huy", "no field"),
    ("/danh-muc/{code}/to-khai/{id}/go", "no field"),
    ("/xoa-du-lieu", "no field"),
    ("/xoa-du-lieu/{id}/{act}", "no field"),
];
