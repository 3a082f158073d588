package io.holdfast.engine.d1.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.d1.client.D1Account;
import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.d1.read.Definitions;
import io.holdfast.engine.sqlite.SqliteFileRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes D1 databases of files, and remembers which ones it made: by a small file in the folder for each. */
final class Publisher {
    private final D1Account account;
    private final TargetServer files;
    private final Path folder;

    Publisher(D1Account account, TargetServer files, Path folder) {
        this.account = account;
        this.files = files;
        this.folder = folder;
    }

    Optional<String> find(String database) {
        return TargetFailures.translated(() -> account.find(database));
    }

    void refuseTaken(String database) {
        if (find(database).isPresent()) {
            throw HoldfastException.about(
                    database,
                    FailureCode.TARGET_EXISTS,
                    "the D1 database \"" + database + "\" exists already and is not touched; choose another name");
        }
    }

    /** Of the file that it was made of; of another database a number of its own. */
    long identity(String id) {
        try {
            return Long.parseLong(Files.readString(made(id)).strip());
        } catch (NoSuchFileException e) {
            return UUID.nameUUIDFromBytes(id.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                    .getMostSignificantBits();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path made(String id) {
        return folder.resolve(".holdfast-d1-" + id);
    }

    void drop(String database) {
        find(database).filter(id -> Files.exists(made(id))).ifPresent(this::delete);
    }

    private void delete(String id) {
        TargetFailures.translated(() -> account.delete(id));
        try {
            Files.deleteIfExists(made(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All or nothing; what a killed attempt at the same left is deleted first. */
    void publish(String staging, String database) {
        find(database).ifPresent(id -> {
            if (!isRestOf(id, staging)) {
                refuseTaken(database);
            }
            delete(id);
        });
        long identity = files.oid(staging)
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.TARGET_CONNECTION_LOST,
                        "the file " + staging + " in " + folder + " is gone; was it deleted? Restore again"));
        String id = TargetFailures.translated(() -> account.create(database));
        boolean complete = false;
        try {
            TargetFailures.translated(() -> load(staging, account.database(id)));
            Files.writeString(made(id), Long.toString(identity));
            complete = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!complete) {
                abandon(id);
            }
        }
        files.drop(staging);
    }

    private void load(String staging, D1Client client) {
        try (SqliteFileRows file = SqliteFileRows.open(folder.resolve(staging))) {
            D1Loader loader = new D1Loader(file, client);
            loader.load(staging);
            new ReadBack(files, staging, client).refuseDifferent(file);
            loader.complete();
        }
    }

    /** What failed before is what counts; the table of what is incomplete stays in what cannot be deleted. */
    private void abandon(String id) {
        boolean interrupted = Thread.interrupted();
        try {
            delete(id);
        } catch (HoldfastException e) {
            // the next attempt deletes it
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isRestOf(String id, String staging) {
        return TargetFailures.translated(() -> {
            D1Client client = account.database(id);
            D1Rows tables = client.read(new D1Batch(
                            List.of("SELECT name FROM sqlite_schema WHERE name = '" + Definitions.INCOMPLETE + "'")))
                    .rows(0);
            if (!tables.next()) {
                return false;
            }
            tables.text();
            D1Rows rest = client.read(new D1Batch(List.of("SELECT restore FROM " + Definitions.INCOMPLETE)))
                    .rows(0);
            return rest.next() && rest.text().equals(staging);
        });
    }
}
