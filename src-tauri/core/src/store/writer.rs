//! The one writer: a thread of its own with its connection, fed through a channel.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::claim::Claim;
use super::failure::StoreError;

/// Work for the thread. False ends it.
type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// What the thread is told.
enum Order {
    Work(Work),
    Close(Box<dyn FnOnce(Result<(), StoreError>) + Send>),
}

/// The way to the writer's thread. When the last one is dropped the thread closes its connection and ends.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    orders: Sender<Order>,
}

impl Writer {
    /// Starts the thread with this connection. The claim on the file ends after the connection.
    pub(super) fn start(connection: Connection, claim: Option<Claim>) -> Result<Self, StoreError> {
        let (orders, received) = mpsc::channel();
        thread::Builder::new()
            .name("wingman-store".to_owned())
            .spawn(move || run(connection, &received, claim))
            .map_err(|error| StoreError::File(error.kind().to_string()))?;
        Ok(Self { orders })
    }

    /// Runs `change` in a transaction of its own, after all that was handed in before, and gives its outcome to
    /// `done` on the writer's thread. An error or a panic takes everything back.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.work(
            move |connection| {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let value = change(&transaction)?;
                transaction.commit()?;
                Ok(value)
            },
            done,
        );
    }

    /// Runs `look` on the writer's own connection.
    pub(super) fn read<T>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.work(move |connection| look(connection), done);
    }

    /// Empties the log into the file, closes the connection and ends the thread.
    pub(super) fn close(&self, done: impl FnOnce(Result<(), StoreError>) + Send + 'static) {
        if let Err(mpsc::SendError(Order::Close(done))) = self.orders.send(Order::Close(Box::new(done))) {
            done(Ok(()));
        }
    }

    fn work<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        // A thread that has ended drops the order and `done` with it; who waits for it then reads `Closed`.
        let _ = self.orders.send(Order::Work(Box::new(move |connection| {
            // Safe to go on after a panic: the transaction is rolled back while unwinding, and nothing else is shared.
            let outcome = catch_unwind(AssertUnwindSafe(|| work(connection)));
            done(outcome.unwrap_or(Err(StoreError::Fault)));
        })));
    }
}

fn run(mut connection: Connection, orders: &Receiver<Order>, claim: Option<Claim>) {
    while let Ok(order) = orders.recv() {
        match order {
            Order::Work(work) => work(&mut connection),
            Order::Close(done) => {
                let closed = close(connection);
                drop(claim);
                return done(closed);
            }
        }
    }
    let _ = close(connection); // nobody is left to be told; the log is replayed at the next start
    drop(claim);
}

fn close(connection: Connection) -> Result<(), StoreError> {
    // Statistics for the planner, only where they would help; and the log emptied, so that one file is all there is.
    let emptied = connection
        .execute_batch("PRAGMA optimize")
        .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    connection.close().map_err(|(_, error)| error)?;
    Ok(emptied?)
}
