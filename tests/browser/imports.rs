//! Files brought in: each kind looked at before anything is written.
use motcua::domain::role::Role;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_file_is_looked_at_first() {
    let house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Office] {
        house.hire(role).await;
    }
    house.receive(THREE_DAYS, "Trần Thị Sáu").await;
    let folder = tempfile::tempdir().unwrap();
    let good = "Mã hồ sơ,Mã thủ tục,Người nộp,Nhận lúc\nCU-1,1.001022,Lê Thị Đào,2021-04-15\n";
    let rows = format!("{good}CU-2,1.001022,,2021-04-15\n");
    let files = [
        (
            "Hồ sơ (sổ theo dõi cũ)",
            "so-cu.csv",
            rows.as_str(),
            "Sai, không nhập",
        ),
        (
            "Nhiệm vụ của kế hoạch năm",
            "nhiem-vu.csv",
            "TT,Nội dung,Nhiệm vụ,Sản phẩm đầu ra,Công chức tham mưu,Phối hợp thực hiện,Thời gian hoàn thành,Kỳ phải có sản phẩm,Dự trù kinh phí (đồng)\n\
             I.1,I. Cải cách thể chế,Rà soát văn bản,Báo cáo,Văn phòng UBND xã,Các công chức,Quý I,Quý I/2022,1000000\n",
            "Nạp nhiệm vụ kế hoạch năm 2022",
        ),
        (
            "Chỉ tiêu của kế hoạch năm",
            "chi-tieu.csv",
            "Năm,Mã,Chỉ tiêu,Cần (%),Cách tính,Nguồn\n2022,papers,Văn bản qua mạng,trên 95,entered,Mục VI.2\n",
            "Nạp chỉ tiêu kế hoạch năm 2022",
        ),
        (
            "Chỉ tiêu của kế hoạch năm",
            "sai.csv",
            "Năm,Mã\n2022,papers\n",
            "Thiếu cột Chỉ tiêu",
        ),
        (
            "Hồ sơ (sổ theo dõi cũ)",
            "la.csv",
            "Khách,Vào sổ\nĐào,15/04/2021\n",
            "Tệp thiếu cột",
        ),
    ];
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    for (kind, name, text, said) in files {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        office.go("/nhap").await;
        office.choose("Tệp chứa", kind).await;
        let choose = office.find("the file", "//input[@type='file']").await;
        choose.send_keys(file.to_str().unwrap()).await.unwrap();
        office.press("Xem trước").await;
        office.shows(said).await;
        passes(&office).await;
    }
    let kinds = office.script("return document.title").await;
    assert!(kinds.as_str().unwrap().contains("la.csv"), "{kinds}");
    // Another system's list against ours, by each of its heaps.
    office.go("/nhap").await;
    let value = "const s = document.querySelector('select[name=kind]'); s.value = 'compare'; return s.value";
    assert_eq!(office.script(value).await, "compare");
    let file = folder.path().join("cong.csv");
    std::fs::write(&file, good).unwrap();
    let choose = office.find("the file", "//input[@type='file']").await;
    choose.send_keys(file.to_str().unwrap()).await.unwrap();
    office.press("Xem trước").await;
    office.shows("CU-1").await;
    passes(&office).await;
    let heaps = office.visible("//main//a[contains(@href, 'xem=')]").await;
    assert!(heaps.len() > 2, "{} heaps", heaps.len());
    for place in 0..heaps.len() {
        let tile = office
            .visible("//main//a[contains(@href, 'xem=')]")
            .await
            .swap_remove(place);
        office.leaving(async || office.click(tile).await).await;
        passes(&office).await;
    }
}
