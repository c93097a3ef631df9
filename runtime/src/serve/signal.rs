//! When the process is asked to stop.

use std::io;

/// Ends when the process is asked to stop: Ctrl-C, or SIGTERM where there is such a thing. From the call on
/// such a signal no longer ends the process by itself, whether or not the future is polled already.
///
/// # Errors
///
/// If the signals cannot be listened for.
#[cfg(unix)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the process is asked to stop with Ctrl-C. From the call on that no longer ends the process by
/// itself, whether or not the future is polled already.
///
/// # Errors
///
/// If Ctrl-C cannot be listened for.
#[cfg(windows)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
