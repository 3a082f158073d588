package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import io.holdfast.engine.connect.DatabaseAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each profile makes tables with rows, and twice the same ones. */
class BenchmarkProfileTest {
    private static final double SCALE = 0.0005;

    private static DevStack stack;
    private static BenchDatabase databases;

    @BeforeAll
    static void start() {
        stack = DevStack.start(StackOptions.temporary().only(StackComponent.POSTGRES));
        StackAddresses.Postgres server = stack.addresses().postgres();
        databases = new BenchDatabase(
                DatabaseAddress.parse(server.uri(server.superuser(), server.database())), server.password());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void theSameScaleMakesTheSameRows(BenchmarkProfile profile) throws SQLException {
        assertThat(contents(profile, "one")).isEqualTo(contents(profile, "two"));
    }

    private static String contents(BenchmarkProfile profile, String name) throws SQLException {
        databases.create(name);
        try {
            databases.fill(name, profile, SCALE);
            StringBuilder contents = new StringBuilder();
            try (Connection connection = databases.connect(name);
                    Statement statement = connection.createStatement()) {
                for (BenchDatabase.Relation relation : sorted(databases.relations(name))) {
                    try (ResultSet found = statement.executeQuery(
                            "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM " + relation.sql()
                                    + " t")) {
                        found.next();
                        assertThat(found.getLong(1)).as(relation.sql()).isPositive();
                        contents.append(relation.sql())
                                .append(' ')
                                .append(found.getString(2))
                                .append('\n');
                    }
                }
            }
            return contents.toString();
        } finally {
            databases.drop(name);
        }
    }

    private static List<BenchDatabase.Relation> sorted(List<BenchDatabase.Relation> relations) {
        return relations.stream()
                .sorted(Comparator.comparing(BenchDatabase.Relation::sql))
                .toList();
    }
}
