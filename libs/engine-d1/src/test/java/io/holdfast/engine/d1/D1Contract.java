package io.holdfast.engine.d1;

import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.EngineContract;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** The contract of every engine, on an API of D1. */
abstract class D1Contract extends EngineContract {
    private final RestoreTarget target;

    @TempDir
    Path directory;

    private D1Api api;
    private String token;

    D1Contract(RestoreTarget target) {
        this.target = target;
    }

    /** Returns the API that a test uses. */
    D1Api open(Path directory) {
        return new D1Api.StandIn(D1Server.start(directory.resolve("d1")));
    }

    /** Ends the API after a test. */
    void close(D1Api used) {
        used.close();
    }

    @BeforeEach
    void start() {
        api = open(directory);
        token = api.token();
    }

    @AfterEach
    void stop() {
        close(api);
    }

    private SourceDatabase source(String database) {
        D1Settings settings = new D1Settings(
                api.endpoint(),
                D1Server.ACCOUNT,
                database,
                Consistency.STRICT,
                target,
                Optional.of(directory),
                D1Settings.WINDOW);
        return new D1Engine().source(settings, PasswordSupplier.from(() -> token));
    }

    @Override
    protected SourceDatabase fresh() {
        return source(api.create("fresh-" + UUID.randomUUID()));
    }

    @Override
    protected SourceDatabase missing() {
        return source("00000000-0000-0000-0000-000000000000");
    }

    @Override
    protected void sql(SourceDatabase database, String... statements) {
        api.sql(((D1Source) database).settings().database(), statements);
    }

    @Override
    protected List<String> query(SourceDatabase beside, String name, String sql) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + directory.resolve(name));
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(String.valueOf(rows.getString(1)));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    @Override
    protected QualifiedName table(String name) {
        return new QualifiedName("main", name);
    }
}
