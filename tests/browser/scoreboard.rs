//! What everyone may see: the scoreboard of a year, on a telephone, with and without scripts.
use crate::{
    axe::passes_if_scripts_run,
    driver::{Browser, Screen},
    house::House,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_read_on_a_telephone() {
    let house = House::of_the_demo(250).await;
    for screen in [Screen::Phone, Screen::PhoneWithoutScript] {
        let phone = Browser::open(&house.address, screen).await;
        phone.go("/").await;
        phone.press("Kết quả phục vụ hằng tháng").await;
        phone.shows("Người dân hài lòng").await;
        phone.shows("Trước và đúng hẹn").await;
        passes_if_scripts_run(&phone).await;
        phone.go("/ket-qua?thang=2021-09").await;
        phone.shows("Chốt số liệu ngày").await;
        phone.press("Tháng trước").await;
        phone.shows("Tháng 8 năm 2021").await;
        passes_if_scripts_run(&phone).await;
        phone.go("/ket-qua?thang=2031-01").await;
        phone.shows("Không có số liệu của tháng này.").await;
    }
}
