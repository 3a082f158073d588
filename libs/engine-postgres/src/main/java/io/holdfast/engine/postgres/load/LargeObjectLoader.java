package io.holdfast.engine.postgres.load;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Grant;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.LargeObjectQueries;
import io.holdfast.engine.postgres.copy.CopyInWriter;
import io.holdfast.engine.postgres.database.DatabaseGrantSql;
import io.holdfast.engine.postgres.database.ObjectGrantSql;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.copy.CopyIn;

/** Makes large objects out of the rows of {@link LargeObjectQueries}, in one transaction. */
final class LargeObjectLoader {
    private static final int BATCH = 8 << 20;
    private static final String OBJECTS = "pg_temp.holdfast_objects";
    private static final String PAGES = "pg_temp.holdfast_pages";
    /** Some of the object's grants name who gave them. */
    private static final String PASSED_ON = "EXISTS (SELECT FROM pg_catalog.jsonb_array_elements(o.grants) given WHERE"
            + " pg_catalog.jsonb_array_length(given) > 3)";

    private final Connection connection;
    private final LoadOptions options;

    LargeObjectLoader(Connection connection, LoadOptions options) {
        this.connection = connection;
        this.options = options;
    }

    /** @return what of the rights on them could not be kept */
    Optional<Finding> load(DeferredRows metadata, DeferredRows pages) throws SQLException, IOException {
        Sql.run(connection, "BEGIN");
        Sql.run(
                connection,
                "CREATE TEMPORARY TABLE holdfast_objects (" + LargeObjectQueries.metadataTypes(metadata.table())
                        + ") ON COMMIT DROP; CREATE TEMPORARY TABLE holdfast_pages (loid oid, pageno int, data bytea)"
                        + " ON COMMIT DROP; GRANT SELECT ON " + OBJECTS + " TO PUBLIC");
        Sql.run(
                connection,
                "SELECT pg_catalog.count(pg_catalog.lo_unlink(oid)) FROM pg_catalog.pg_largeobject_metadata");
        long objects = CopyInWriter.all(connection, "COPY " + OBJECTS + " FROM STDIN", metadata.source());
        CopyInWriter.checkCount(metadata.table().name(), metadata.rows(), objects);
        create();
        CopyInWriter.checkCount(pages.table().name(), pages.rows(), write(pages));
        Sql.run(connection, LargeObjectQueries.resize(OBJECTS));
        Optional<Finding> finding = describe();
        if (LargeObjectQueries.labelled(metadata.table())) {
            label();
        }
        Sql.run(connection, "COMMIT");
        return finding;
    }

    /** Each made by its owner: a change of owner would hold a lock for each. */
    private void create() throws SQLException {
        Set<String> missing = options.lacking().roles();
        for (String owner : Sql.strings(connection, "SELECT DISTINCT owner FROM " + OBJECTS + " ORDER BY 1")) {
            boolean kept = options.owners() && !missing.contains(owner);
            if (kept) {
                Sql.run(connection, "SET LOCAL ROLE " + QualifiedName.quote(owner));
            }
            Sql.run(
                    connection,
                    "SELECT pg_catalog.count(pg_catalog.lo_create(oid)) FROM " + OBJECTS + " WHERE owner = "
                            + Sql.literal(owner));
            if (kept) {
                Sql.run(connection, "RESET ROLE");
            }
        }
    }

    private long write(DeferredRows pages) throws SQLException, IOException {
        long rows = 0;
        byte[] buffer = new byte[BATCH];
        int kept = 0;
        try (InputStream in = pages.source().open()) {
            for (int read = in.readNBytes(buffer, kept, BATCH - kept);
                    kept + read > 0;
                    read = in.readNBytes(buffer, kept, BATCH - kept)) {
                int filled = kept + read;
                int whole = lastLine(buffer, filled);
                rows += write(buffer, whole);
                kept = filled - whole;
                System.arraycopy(buffer, whole, buffer, 0, kept);
            }
        }
        return rows;
    }

    private static int lastLine(byte[] buffer, int filled) throws IOException {
        int end = filled;
        while (end > 0 && buffer[end - 1] != '\n') {
            end--;
        }
        if (end == 0) {
            throw new IOException("the stored pages of large objects are not lines");
        }
        return end;
    }

    private long write(byte[] lines, int length) throws SQLException {
        CopyIn copy = CopyInWriter.begin(connection, "COPY " + PAGES + " FROM STDIN");
        copy.writeToCopy(lines, 0, length);
        long rows = copy.endCopy();
        Sql.run(
                connection,
                "SELECT pg_catalog.count(pg_catalog.lo_put(loid, pageno::bigint * " + LargeObjectQueries.PAGE
                        + ", data)) FROM " + PAGES + "; TRUNCATE " + PAGES);
        return rows;
    }

    /** @return what of the rights could not be kept */
    private Optional<Finding> describe() throws SQLException {
        run("SELECT pg_catalog.format('COMMENT ON LARGE OBJECT %s IS %L', oid, comment) FROM " + OBJECTS
                + " WHERE comment IS NOT NULL ORDER BY oid");
        if (!options.privileges()) {
            return Optional.empty();
        }
        Set<String> missing = options.lacking().roles();
        run("SELECT pg_catalog.format('REVOKE ALL ON LARGE OBJECT %s FROM PUBLIC, %I', o.oid,"
                + " pg_catalog.pg_get_userbyid(m.lomowner)) FROM " + OBJECTS + " o JOIN"
                + " pg_catalog.pg_largeobject_metadata m USING (oid) WHERE o.grants IS NOT NULL"
                + (missing.isEmpty() ? "" : " AND o.owner NOT IN (" + Sql.literals(missing) + ")") + " ORDER BY oid");
        String present =
                missing.isEmpty() ? "true" : "(g ->> 0 IS NULL OR g ->> 0 NOT IN (" + Sql.literals(missing) + "))";
        run("SELECT pg_catalog.format('GRANT %s ON LARGE OBJECT %s TO %s%s', g ->> 1, oid,"
                + " coalesce(pg_catalog.quote_ident(g ->> 0), 'PUBLIC'), CASE g ->> 2 WHEN 'true' THEN"
                + " ' WITH GRANT OPTION' ELSE '' END) FROM " + OBJECTS + " o"
                + ", pg_catalog.jsonb_array_elements(grants) g WHERE NOT " + PASSED_ON + " AND " + present
                + " ORDER BY oid");
        return passedOn(present);
    }

    /** Rights of objects of which some were given by others than the owner, in an order in which each of them may. */
    private Optional<Finding> passedOn(String present) throws SQLException {
        Map<String, List<Grant>> byObject = new LinkedHashMap<>();
        Sql.list(
                        connection,
                        "SELECT oid, g ->> 0, g ->> 1, (g ->> 2)::boolean, g ->> 3 FROM " + OBJECTS + " o"
                                + ", pg_catalog.jsonb_array_elements(grants) g WHERE " + PASSED_ON + " AND " + present
                                + " ORDER BY oid",
                        row -> Map.entry(
                                Sql.text(row, 1),
                                new Grant(row.getString(2), Sql.text(row, 3), row.getBoolean(4), row.getString(5))))
                .forEach(grant -> byObject.computeIfAbsent(grant.getKey(), object -> new ArrayList<>())
                        .add(grant.getValue()));
        List<Grant> all = byObject.values().stream().flatMap(List::stream).toList();
        Set<String> grantors = DatabaseGrantSql.grantors(connection, all);
        run(byObject.entrySet().stream()
                .flatMap(object -> ObjectGrantSql.statements(
                        "LARGE OBJECT " + object.getKey(), DatabaseGrantSql.possible(object.getValue(), grantors))
                        .stream())
                .toList());
        List<String> lost = all.stream()
                .map(Grant::grantor)
                .filter(grantor -> grantor != null && !grantors.contains(grantor))
                .distinct()
                .sorted()
                .toList();
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Finding.Kind.NOT_ON_TARGET,
                        LargeObjectQueries.METADATA.toString(),
                        "rights on large objects that " + String.join(", ", lost)
                                + " gave are given by the objects' owners: "
                                + "the connected role may not act as who gave them"));
    }

    private void label() throws SQLException {
        Set<String> missing = options.lacking().labelProviders();
        run("SELECT pg_catalog.format('SECURITY LABEL FOR %I ON LARGE OBJECT %s IS %L', l.key, oid, l.value) FROM "
                + OBJECTS + ", pg_catalog.jsonb_each_text(labels) l"
                + (missing.isEmpty() ? "" : " WHERE l.key NOT IN (" + Sql.literals(missing) + ")")
                + " ORDER BY oid, l.key");
    }

    /** Statements that the server wrote, so that names are quoted as it wants them. */
    private void run(String writing) throws SQLException {
        run(Sql.strings(connection, writing));
    }

    private void run(List<String> statements) throws SQLException {
        for (int from = 0; from < statements.size(); from += 500) {
            Sql.run(connection, String.join("; ", statements.subList(from, Math.min(statements.size(), from + 500))));
        }
    }
}
