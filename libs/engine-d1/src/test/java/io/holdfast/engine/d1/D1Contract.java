package io.holdfast.engine.d1;

import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.EngineContract;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** The contract of every engine, on the stand-in. */
abstract class D1Contract extends EngineContract {
    private final RestoreTarget target;

    @TempDir
    Path directory;

    private D1Fixture d1;

    D1Contract(RestoreTarget target) {
        this.target = target;
    }

    @BeforeEach
    void start() {
        d1 = new D1Fixture(directory);
        d1.token(d1.server.token(D1Server.Right.WRITE));
    }

    @AfterEach
    void stop() {
        d1.close();
    }

    @Override
    protected SourceDatabase fresh() {
        return d1.source(d1.server.create("fresh"), Consistency.STRICT, target);
    }

    @Override
    protected SourceDatabase missing() {
        return d1.source("00000000-0000-0000-0000-000000000000", Consistency.STRICT, target);
    }

    @Override
    protected void sql(SourceDatabase database, String... statements) {
        d1.server.sql(((D1Source) database).settings().database(), statements);
    }

    @Override
    protected List<String> query(SourceDatabase beside, String name, String sql) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + d1.folder.resolve(name));
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
