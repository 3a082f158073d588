package io.holdfast.engine.d1;

import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.connect.PasswordSupplier;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stand-in for D1 with one database, and the source that reads it. */
final class D1Fixture implements AutoCloseable {
    final D1Server server;
    final String database;
    final Path folder;
    private volatile @Nullable String token;

    D1Fixture(Path directory) {
        server = D1Server.start(directory.resolve("d1"));
        database = server.create("shop");
        folder = directory;
        token = server.token(D1Server.Right.READ);
    }

    void token(String next) {
        token = next;
    }

    String token() {
        return String.valueOf(token);
    }

    SourceDatabase source() {
        return source(database, Consistency.STRICT);
    }

    SourceDatabase source(String id, Consistency consistency) {
        return source(id, consistency, RestoreTarget.SQLITE);
    }

    SourceDatabase source(String id, Consistency consistency, RestoreTarget target) {
        D1Settings settings = new D1Settings(
                server.endpoint(), D1Server.ACCOUNT, id, consistency, target, Optional.of(folder), D1Settings.WINDOW);
        return new D1Engine().source(settings, PasswordSupplier.from(() -> token));
    }

    void sql(String... statements) {
        server.sql(database, statements);
    }

    @Override
    public void close() {
        server.close();
    }
}
