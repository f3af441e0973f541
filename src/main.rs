//! The `motcua` binary.
use std::process::ExitCode;

/// Gives memory back that a report has used: with the C library's allocator each thread
/// keeps the most it ever had (440 MB after an hour of load).
#[cfg(all(unix, not(target_env = "musl")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    motcua::cli::run().await
}
