package io.holdfast.engine.postgres.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseGrantSqlTest {
    private static final String RIGHTS =
            "SELECT unnest(datacl)::text FROM pg_database WHERE datname = current_database() ORDER BY 1";

    private final DatabaseAddress source = Databases.fresh();
    private final String name = source.database();
    private final String owner = "owner_" + name;
    /** Each gives a right to the next, whose name comes before his own. */
    private final String first = "z_" + name;

    private final String second = "m_" + name;
    private final String third = "a_" + name;

    private void owned() {
        Databases.sql(
                source,
                "CREATE ROLE " + owner + " LOGIN CREATEDB; ALTER DATABASE " + name + " OWNER TO " + owner,
                "CREATE ROLE " + first + "; CREATE ROLE " + second + "; CREATE ROLE " + third);
    }

    private void handedOn() {
        owned();
        String create = "GRANT CREATE ON DATABASE " + name + " TO ";
        Databases.sql(
                source,
                create + first + " WITH GRANT OPTION",
                "SET ROLE " + first + "; " + create + second + " WITH GRANT OPTION; RESET ROLE",
                "SET ROLE " + second + "; " + create + third + "; RESET ROLE");
    }

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }

    private DatabaseAddress restoredBy(DatabaseAddress restorer) throws IOException {
        try (TargetServer target = Databases.ENGINE.target(restorer, PasswordSupplier.none())) {
            return source.withDatabase(Databases.restore(target, backup(), LoadOptions.defaults()));
        }
    }

    @Test
    void whatWasTakenFromTheOwnerIsTakenFromHimInTheCopy() throws IOException {
        owned();
        Databases.sql(source, "REVOKE CREATE ON DATABASE " + name + " FROM " + owner);

        DatabaseAddress copy = restoredBy(Databases.server());

        assertThat(Databases.query(copy, RIGHTS)).containsExactly("=Tc/" + owner, owner + "=Tc/" + owner);
    }

    @Test
    void aRightIsGivenByWhoGaveItInTheOrderInWhichEachMay() throws IOException {
        handedOn();

        DatabaseAddress copy = restoredBy(Databases.server());

        assertThat(Databases.query(copy, RIGHTS))
                .isEqualTo(Databases.query(source, RIGHTS))
                .contains(first + "=C*/" + owner, second + "=C*/" + first, third + "=C/" + second);
    }

    @Test
    void aRestorerGivesAsThoseWhoseMemberHeIsAndOtherwiseAsTheOwner() throws IOException {
        handedOn();
        Databases.sql(source, "GRANT " + second + " TO " + owner);

        DatabaseAddress copy = restoredBy(Databases.server().withUser(owner));

        assertThat(Databases.query(copy, RIGHTS))
                .contains(first + "=C*/" + owner, second + "=C*/" + owner, third + "=C/" + second);
    }

    @Test
    void aRightGivenByARoleThatIsMissingComesFromTheOwnerAndTheOwnersOwnAreThoseOfWhoTakesHisPlace()
            throws IOException {
        handedOn();
        Databases.sql(source, "REVOKE TEMPORARY ON DATABASE " + name + " FROM " + owner);
        Databases.Backup backup = backup();
        try (ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of("/tmp"), 15))) {
            TargetServer there = Databases.ENGINE.target(cluster.address(), PasswordSupplier.none());
            there.createRoles(List.of(first, third));
            LoadOptions options = LoadOptions.defaults().withLacking(there.lacks(backup.shape()));

            String copy = Databases.restore(there, backup, options);

            String restorer = cluster.address().user();
            assertThat(Databases.query(cluster.address().withDatabase(copy), RIGHTS))
                    .containsExactlyInAnyOrder(
                            "=Tc/" + restorer,
                            restorer + "=Cc/" + restorer,
                            first + "=C*/" + restorer,
                            third + "=C/" + restorer);
        }
    }

    /** Its value may be a secret, and is not said. */
    @Test
    void aSettingThatIsRefusedIsAFinding() throws IOException {
        owned();
        String database = "ALTER DATABASE " + name + " SET ";
        Databases.sql(
                source,
                "CREATE TABLE t (a text CHECK (a = current_setting('app.jwt')))",
                "ALTER TABLE t OWNER TO " + owner + "; SET app.jwt = 'hidden'; INSERT INTO t VALUES ('hidden')",
                database + "app.jwt TO 'hidden'; " + database + "work_mem TO '7MB'");
        Databases.Backup backup = backup();
        String copy = "refused_" + name;
        try (TargetServer target =
                Databases.ENGINE.target(Databases.server().withUser(owner), PasswordSupplier.none())) {
            target.create(copy, backup.shape());
            try (TargetDatabase open = target.open(copy, LoadOptions.defaults())) {
                Databases.load(open, backup);

                assertThat(open.admit(backup.shape())).singleElement().satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_ON_TARGET);
                    assertThat(finding.object()).isEqualTo("app.jwt");
                    assertThat(finding.message()).contains("superuser").doesNotContain("hidden");
                });
            }
        }
        assertThat(Databases.query(
                        Databases.server(),
                        "SELECT setconfig::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
                                + " WHERE datname = '" + copy + "'"))
                .containsExactly("{work_mem=7MB}");
    }

    /** Settings, limits and rights that keep its users out must not keep out who compares the copy. */
    @Test
    void aCopyIsReadBeforeItsUsersAreLetInOrKeptOut() throws IOException {
        owned();
        Databases.sql(
                source,
                "CREATE TABLE t (a int); REVOKE ALL ON DATABASE " + name + " FROM PUBLIC, " + owner,
                "ALTER DATABASE " + name + " CONNECTION LIMIT 1; ALTER DATABASE " + name
                        + " SET statement_timeout TO 100");
        Databases.Backup backup = backup();
        try (ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of("/tmp"), 15))) {
            TargetServer target = cluster.target();
            target.createRoles(backup.shape().roles());
            target.create("kept_out", backup.shape());
            try (TargetDatabase database = target.open("kept_out", LoadOptions.defaults())) {
                Databases.load(database, backup);
                try (Snapshot snapshot = database.snapshot(Databases.OPTIONS)) {
                    assertThat(Databases.fingerprints(snapshot)).isEqualTo(backup.prints());
                }
                database.admit(backup.shape());
            }

            assertThat(Databases.query(
                            cluster.address(),
                            "SELECT datconnlimit || ' ' || coalesce(datacl::text, '') || ' ' || setconfig::text FROM pg_database d"
                                    + " JOIN pg_db_role_setting s ON s.setdatabase = d.oid WHERE datname = 'kept_out'"))
                    .containsExactly("1 {} {statement_timeout=100}");
        }
    }
}
