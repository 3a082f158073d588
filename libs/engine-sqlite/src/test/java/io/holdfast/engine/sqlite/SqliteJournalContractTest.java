package io.holdfast.engine.sqlite;

class SqliteJournalContractTest extends SqliteContract {
    SqliteJournalContractTest() {
        super("delete");
    }
}
