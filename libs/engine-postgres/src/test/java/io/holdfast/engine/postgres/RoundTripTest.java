package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.scratch.ScratchCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RoundTripTest {

    @Test
    void everythingComesBackEqualInAnotherCluster() throws IOException {
        DatabaseAddress source = Databases.fresh();
        Databases.sql(source, everything());
        String name = QualifiedName.quote(source.database());
        Databases.sql(
                source,
                "ALTER DATABASE " + name + " SET search_path TO app, \"$user\", \"We\"\"ird.Schema näme\"",
                "ALTER DATABASE " + name + " SET work_mem TO '8MB'",
                "ALTER ROLE app_owner IN DATABASE " + name + " SET statement_timeout TO '5s'",
                "COMMENT ON DATABASE " + name + " IS 'it''s the source'",
                "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + name + " TO \"Reader Role\" WITH GRANT OPTION",
                "ALTER DATABASE " + name + " CONNECTION LIMIT 17");
        Databases.Backup backup;
        try (Snapshot snapshot = Databases.open(source)) {
            backup = Databases.backup(snapshot);
        }

        try (ScratchCluster cluster = Databases.otherServer()) {
            TargetServer target = cluster.target();
            String restored = Databases.restore(target, backup);

            try (TargetDatabase database = target.open(restored, LoadOptions.defaults());
                    Snapshot copy = database.snapshot(Databases.OPTIONS)) {
                Databases.Backup again = Databases.backup(copy);
                assertThat(again.prints()).isEqualTo(backup.prints());
                assertThat(Databases.ENGINE.compareSchemas(backup.dump(), again.dump(), LoadOptions.defaults()))
                        .isEmpty();
                sameState(again.shape(), backup.shape());
            }
        }
    }

    private static void sameState(DatabaseDescriptor copy, DatabaseDescriptor source) {
        assertThat(copy.sequences()).isEqualTo(source.sequences()).isNotEmpty();
        if (Databases.MAJOR < 14) {
            // there is no pg_read_all_data: roles of a scratch server cannot read what only superusers could
            assertThat(copy.populatedViews()).containsExactly(new QualifiedName("app", "of_key"));
        } else {
            assertThat(copy.populatedViews()).isEqualTo(source.populatedViews()).hasSize(4);
        }
        assertThat(copy.settings()).isEqualTo(source.settings()).hasSize(3);
        assertThat(copy.comment()).isEqualTo("it's the source");
        assertThat(copy.connectionLimit()).isEqualTo(17);
        assertThat(copy.grants())
                .filteredOn(grant -> "Reader Role".equals(grant.grantee()))
                .hasSize(1);
        assertThat(copy.grants()).noneMatch(grant -> grant.grantee() == null);
        assertThat(copy.owner()).isEqualTo(source.owner());
        assertThat(copy.tables())
                .extracting("name")
                .isEqualTo(source.tables().stream().map(t -> t.name()).toList());
        assertThat(copy.findings()).isEmpty();
    }

    static String everything() throws IOException {
        String basis = resource("/everything.sql");
        StringBuilder sql = new StringBuilder(Databases.MAJOR < 14 ? basis.replace("int4multirange", "text") : basis);
        for (int major = 14; major <= Databases.MAJOR; major++) {
            sql.append(resource("/since-" + major + ".sql"));
        }
        return sql.toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = RoundTripTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
