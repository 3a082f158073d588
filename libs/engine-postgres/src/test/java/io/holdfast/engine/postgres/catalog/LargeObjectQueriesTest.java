package io.holdfast.engine.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LargeObjectQueriesTest {
    private static final String STATE =
            "SELECT m.oid || ' ' || md5(lo_get(m.oid)) || ' ' || pg_get_userbyid(lomowner) || ' ' || coalesce((SELECT '{' ||"
                    + " string_agg(a::text, ',' ORDER BY a::text COLLATE \"C\") || '}' FROM unnest(lomacl) a), '-')"
                    + " FROM pg_largeobject_metadata m ORDER BY 1";

    private final DatabaseAddress source = Databases.fresh();
    private final String role = "owner_" + source.database();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    LargeObjectQueriesTest() {
        Databases.sql(
                source,
                "CREATE ROLE " + role + " LOGIN CREATEDB",
                "SELECT lo_create(1), lo_from_bytea(2, 'small'), lo_from_bytea(3, decode(repeat('00ff5c0a', 5000), 'hex')),"
                        + " lo_from_bytea(4, 'a hole follows'), lo_from_bytea(5, decode(repeat('00', 3000), 'hex'))",
                "SELECT lo_put(4, 100000, 'behind it')",
                "GRANT SELECT ON LARGE OBJECT 3 TO PUBLIC",
                "SELECT lo_from_bytea(10 + g, decode(md5(g::text), 'hex')) FROM generate_series(1, 100) g",
                "ANALYZE pg_largeobject, pg_largeobject_metadata",
                "DO $$ DECLARE i oid; BEGIN FOR i IN SELECT oid FROM pg_largeobject_metadata LOOP EXECUTE 'ALTER LARGE OBJECT ' || i || ' OWNER TO "
                        + role + "'; END LOOP; END $$");
    }

    @Test
    void aRoleThatMayReadOnlyTheObjectsReadsWhatASuperuserReads() {
        Map<QualifiedName, Fingerprint> bySuperuser = prints(source);

        assertThat(bySuperuser).hasSize(2);
        assertThat(prints(source.withUser(role))).isEqualTo(bySuperuser);
    }

    private static Map<QualifiedName, Fingerprint> prints(DatabaseAddress address) {
        try (Snapshot snapshot = Databases.open(address)) {
            return Databases.fingerprints(snapshot);
        }
    }

    @Test
    void theyComeBackWithBytesOwnersAndGrants() throws IOException {
        Databases.Backup backup = backup();
        List<String> before = Databases.query(source, STATE);

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup));

        assertThat(Databases.query(copy, STATE)).isEqualTo(before).hasSize(105);
        assertThat(prints(copy)).isEqualTo(backup.prints());
    }

    @Test
    void whoGaveARightIsKept() throws IOException {
        String first = "b_" + role;
        String second = "a_" + role;
        Databases.sql(
                source,
                "CREATE ROLE " + first,
                "CREATE ROLE " + second,
                "GRANT SELECT ON LARGE OBJECT 1 TO " + first + " WITH GRANT OPTION",
                "SET ROLE " + first,
                "GRANT SELECT ON LARGE OBJECT 1 TO " + second + " WITH GRANT OPTION",
                "SET ROLE " + second,
                "GRANT SELECT ON LARGE OBJECT 1 TO PUBLIC",
                "RESET ROLE",
                "GRANT SELECT ON LARGE OBJECT 1 TO PUBLIC");
        List<String> before = Databases.query(source, STATE);
        Databases.Backup backup = backup();

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup));

        assertThat(Databases.query(copy, STATE)).isEqualTo(before).anyMatch(state -> state.contains("=r/" + second));
        assertThat(prints(copy)).isEqualTo(backup.prints());
    }

    @Test
    void whatAGrantorGaveWhomTheRestoringRoleIsNotTheOwnerGives() throws IOException {
        String grantor = "g_" + role;
        Databases.sql(
                source,
                "CREATE ROLE " + grantor,
                "GRANT SELECT ON LARGE OBJECT 2 TO " + grantor + " WITH GRANT OPTION",
                "SET ROLE " + grantor,
                "GRANT SELECT ON LARGE OBJECT 2 TO PUBLIC",
                "RESET ROLE",
                "ALTER DATABASE " + source.database() + " OWNER TO " + role);
        Databases.Backup backup = backup();
        try (TargetServer own = Databases.ENGINE.target(Databases.server().withUser(role), PasswordSupplier.none())) {
            own.create("of_the_owner", backup.shape());
            try (TargetDatabase database = own.open("of_the_owner", LoadOptions.defaults())) {
                database.preData(backup.dump());
                Databases.loadRows(database, backup);

                assertThat(database.postData(backup.dump())).singleElement().satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_ON_TARGET);
                    assertThat(finding.message()).contains(grantor);
                });
            }
        }

        assertThat(Databases.query(source.withDatabase("of_the_owner"), STATE))
                .anyMatch(state -> state.startsWith("2 ") && state.contains("=r/" + role));
    }

    @Test
    void anOwnerWhoIsNoSuperuserRestoresHisOwn() throws IOException {
        Databases.sql(source, "ALTER DATABASE " + source.database() + " OWNER TO " + role);
        Databases.Backup backup = backup();
        try (TargetServer own = Databases.ENGINE.target(Databases.server().withUser(role), PasswordSupplier.none())) {
            DatabaseAddress copy = source.withDatabase(Databases.restore(own, backup, LoadOptions.defaults()));

            assertThat(Databases.query(copy, STATE)).isEqualTo(Databases.query(source, STATE));
        }
    }

    @Test
    void pagesThatComeTwiceReplaceThoseBefore() throws IOException {
        Databases.Backup backup = backup();
        target.create("twice", backup.shape());
        try (TargetDatabase database = target.open("twice", LoadOptions.defaults())) {
            database.preData(backup.dump());
            for (int time = 0; time < 2; time++) {
                Databases.loadRows(database, backup);
                database.postData(backup.dump());
            }
        }

        assertThat(Databases.query(source.withDatabase("twice"), STATE)).isEqualTo(Databases.query(source, STATE));
    }

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }
}
