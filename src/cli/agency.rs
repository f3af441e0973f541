//! `motcua agency`: the agencies under this roof.
use std::path::PathBuf;

use clap::Subcommand;

use super::{print, read_file};
use crate::{
    actions::{
        add_agency,
        map_ways::Way,
        merge_agencies::{self, Wanted},
        place_agency,
    },
    app::App,
    clock::Clock,
    config::FirstAgency,
    domain::{
        time::{day_start, local_day},
        viet,
    },
    error::{Error, Result},
    store::agencies,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Thêm cơ quan từ tệp như config/agency.toml
    Add {
        file: PathBuf,
        /// Cơ quan cấp trên (khóa)
        #[arg(long)]
        parent: Option<String>,
    },
    /// Đặt cơ quan dưới một cơ quan khác; không có --parent thì lên cấp trên cùng
    Place {
        key: String,
        #[arg(long)]
        parent: Option<String>,
    },
    /// Sáp nhập: từ ngày ấy các cơ quan này là một phần của --into
    Merge {
        #[arg(required = true)]
        keys: Vec<String>,
        #[arg(long)]
        into: String,
        /// Ngày sáp nhập, ví dụ 1/7/2025
        #[arg(long)]
        on: String,
        /// Quy trình hai nơi khác nhau: chuyển từng bước sang bước tương ứng
        #[arg(long)]
        map_steps: bool,
        /// Chỉ xem, không ghi gì; ngày sáp nhập còn chưa đến cũng xem được
        #[arg(long)]
        preview: bool,
    },
    /// Xem các cơ quan, cấp dưới lùi vào
    List,
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Add { file, parent } => {
            let given = FirstAgency::read(&file.display().to_string(), &read_file(&file)?)?;
            add_agency::run(app, &given, parent.as_deref()).await?;
            print(&format!("Đã thêm cơ quan {}.\n", given.key))?;
            if parent.is_none() {
                // Not refused: a second province under one roof is one more top.
                print(&format!(
                    "Không có --parent: {0} đứng ở cấp trên cùng, nên quản trị của {0} đổi được lịch và danh mục chung của mọi cơ quan. Nếu không định vậy: motcua agency place {0} --parent KHÓA.\n",
                    given.key
                ))?;
            }
            Ok(())
        }
        Command::Place { key, parent } => {
            place_agency::run(app, &key, parent.as_deref()).await?;
            print(&format!("Đã đặt {key}.\n"))
        }
        Command::Merge {
            keys,
            into,
            on,
            map_steps,
            preview,
        } => {
            let wanted = Wanted { map_steps, preview };
            let on = viet::read_date(&on, local_day(app.clock.now()))
                .map_err(|why| Error::invalid("on", why))?;
            let mut app = app.clone();
            // Looked at before its day has come, as it would be on that day.
            if preview && on > local_day(app.clock.now()) {
                app.clock = Clock::Fixed(day_start(on));
            }
            let done = merge_agencies::run_as(&app, &keys, &into, on, "máy chủ", wanted).await?;
            print(&ways(&done.ways))?;
            if preview {
                print("Xem trước, chưa ghi gì. ")?;
            }
            print(&format!(
                "{} sáp nhập {} vào {into}: {} hồ sơ chưa trả chuyển sang.\n",
                if preview { "Sẽ" } else { "Đã" },
                keys.join(", "),
                done.dossiers
            ))?;
            for (name, was, is) in &done.staff {
                print(&format!("  {name}: {} → {}\n", was.label(), is.label()))?;
            }
            print(&format!(
                "Còn lại ở cơ quan cũ, cán bộ chuyển cơ quan ở trang Tài khoản để làm nốt: {} phản ánh chưa trả lời; {} mã truy cập API phải cấp lại ở cơ quan mới.\n",
                done.feedback, done.tokens
            ))
        }
        Command::List => {
            let db = app.store.read();
            let today = local_day(app.clock.now());
            for top in agencies::tops(db).await? {
                for one in agencies::below(db, top).await? {
                    let name = agencies::name_by(db, one.agency.id, today).await?;
                    let merged = one.agency.merged_on.map_or_else(String::new, |day| {
                        format!("\tđã sáp nhập từ {}", viet::date(day))
                    });
                    print(&format!(
                        "{}{}\t{}\t{}{merged}\n",
                        "  ".repeat(one.depth),
                        one.agency.key,
                        name.name,
                        name.identifier
                    ))?;
                }
            }
            Ok(())
        }
    }
}

/// Which step goes on where, procedure by procedure.
fn ways(all: &[Way]) -> String {
    let mut out = String::new();
    for way in all {
        out += &format!(
            "{}  {} hồ sơ theo quy trình khác:\n",
            way.code, way.dossiers
        );
        for (was, is) in way.steps.iter().flatten() {
            out += &format!("    {was} → {is}\n");
        }
    }
    out
}
