package io.holdfast.devstack.d1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Statements of one request, in one transaction, with their results as a JavaScript program would print them. */
final class D1Statements {
    static final int LONGEST = 100_000;
    static final int MOST_PARAMETERS = 100;
    private static final int SECONDS = 30;
    private static final Pattern FORBIDDEN = Pattern.compile(
            "\\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|ATTACH|DETACH|VACUUM|CREATE\\s+TEMP|CREATE\\s+TEMPORARY|PRAGMA(?!\\s+defer_foreign_keys\\b))\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Tables of the platform itself, and functions that its authorizer refuses. */
    private static final Pattern UNAUTHORIZED =
            Pattern.compile("\\b_cf_\\w|\\bsqlite_(version|source_id)\\s*\\(", Pattern.CASE_INSENSITIVE);

    private final JsonFactory json = new JsonFactory();
    private final Connection connection;
    private final boolean raw;
    private final int answerLimit;

    D1Statements(Connection connection, boolean raw, int answerLimit) {
        this.connection = connection;
        this.raw = raw;
        this.answerLimit = answerLimit;
    }

    /** Writes the array of results. */
    void run(JsonNode statements, ByteArrayOutputStream out) throws D1Refusal, SQLException, IOException {
        long start = System.nanoTime();
        Set<String> shadows = shadows();
        try (JsonGenerator to = json.createGenerator(out)) {
            to.writeStartArray();
            for (JsonNode one : statements) {
                String sql = checked(one, shadows);
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setQueryTimeout(SECONDS);
                    bind(statement, one.get("params"));
                    result(statement, to, out);
                }
                if (System.nanoTime() - start > SECONDS * 1_000_000_000L) {
                    throw D1Refusal.sql(
                            "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be" + " reset.");
                }
            }
            to.writeEndArray();
        }
        if (out.size() > answerLimit) {
            throw D1Refusal.sql("D1_ERROR: the result is larger than " + answerLimit + " bytes");
        }
    }

    /** It is not certain that D1 lets anybody read them. */
    private Set<String> shadows() throws SQLException {
        Set<String> names = new HashSet<>();
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name FROM pragma_table_list WHERE type = 'shadow'")) {
            while (rows.next()) {
                names.add(rows.getString(1).toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private static String checked(JsonNode one, Set<String> shadows) throws D1Refusal {
        if (!one.path("sql").isTextual()) {
            throw new D1Refusal(400, D1Refusal.FAILED, "The request body has no sql");
        }
        String sql = one.get("sql").textValue();
        if (sql.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw D1Refusal.sql("D1_ERROR: statement too long: SQLITE_TOOBIG");
        }
        if (FORBIDDEN.matcher(sql).matches() || UNAUTHORIZED.matcher(sql).find()) {
            throw D1Refusal.sql("D1_ERROR: not authorized: SQLITE_AUTH");
        }
        String folded = sql.toLowerCase(Locale.ROOT);
        for (String shadow : shadows) {
            if (folded.contains("\"" + shadow + "\"")) {
                throw D1Refusal.sql("D1_ERROR: access to " + shadow + " is prohibited: SQLITE_AUTH");
            }
        }
        return sql;
    }

    private static void bind(PreparedStatement statement, JsonNode parameters) throws D1Refusal, SQLException {
        if (parameters == null) {
            return;
        }
        if (!parameters.isArray() || parameters.isEmpty() || parameters.size() > MOST_PARAMETERS) {
            throw D1Refusal.sql("D1_ERROR: params must be 1 to 100 values");
        }
        for (int i = 0; i < parameters.size(); i++) {
            if (!parameters.get(i).isTextual()) {
                throw D1Refusal.sql("D1_ERROR: Wrong type of a parameter: only strings are certain to be taken");
            }
            statement.setString(i + 1, parameters.get(i).textValue());
        }
    }

    private void result(PreparedStatement statement, JsonGenerator to, ByteArrayOutputStream out)
            throws SQLException, IOException, D1Refusal {
        to.writeStartObject();
        to.writeFieldName("results");
        if (statement.execute()) {
            try (ResultSet rows = statement.getResultSet()) {
                rows(rows, to, out);
            }
        } else if (raw) {
            to.writeRawValue("{\"columns\":[],\"rows\":[]}");
        } else {
            to.writeRawValue("[]");
        }
        to.writeBooleanField("success", true);
        to.writeRaw(",\"meta\":{\"served_by_primary\":true,\"duration\":0.1,\"changes\":" + statement.getUpdateCount()
                + ",\"rows_read\":0}");
        to.writeEndObject();
    }

    private void rows(ResultSet rows, JsonGenerator to, ByteArrayOutputStream out)
            throws SQLException, IOException, D1Refusal {
        int columns = rows.getMetaData().getColumnCount();
        if (raw) {
            to.writeStartObject();
            to.writeArrayFieldStart("columns");
            for (int i = 1; i <= columns; i++) {
                to.writeString(rows.getMetaData().getColumnLabel(i));
            }
            to.writeEndArray();
            to.writeFieldName("rows");
        }
        to.writeStartArray();
        while (rows.next()) {
            row(rows, columns, to);
            if (out.size() > answerLimit) {
                throw D1Refusal.sql("D1_ERROR: the result is larger than " + answerLimit + " bytes");
            }
        }
        to.writeEndArray();
        if (raw) {
            to.writeEndObject();
        }
    }

    private void row(ResultSet rows, int columns, JsonGenerator to) throws SQLException, IOException {
        if (raw) {
            to.writeStartArray();
        } else {
            to.writeStartObject();
        }
        for (int i = 1; i <= columns; i++) {
            if (!raw) {
                to.writeFieldName(rows.getMetaData().getColumnLabel(i));
            }
            value(rows, i, to);
        }
        if (raw) {
            to.writeEndArray();
        } else {
            to.writeEndObject();
        }
    }

    private static void value(ResultSet rows, int column, JsonGenerator to) throws SQLException, IOException {
        switch (rows.getObject(column)) {
            case null -> to.writeNull();
            case Number number -> number(number.doubleValue(), to);
            case byte[] bytes -> {
                to.writeStartArray();
                for (byte one : bytes) {
                    to.writeNumber(one & 0xff);
                }
                to.writeEndArray();
            }
            case Object ignored -> to.writeString(text(rows.getBytes(column)));
        }
    }

    /** Every number is a double; infinities are no JSON, and minus zero is printed as zero. */
    private static void number(double value, JsonGenerator to) throws IOException {
        if (Double.isInfinite(value)) {
            to.writeNull();
        } else if (value == Math.rint(value) && Math.abs(value) < 1e21) {
            to.writeNumber(new BigDecimal(value).toPlainString());
        } else {
            to.writeNumber(Double.toString(value));
        }
    }

    /** What is no UTF-8 is replaced. It is not certain what comes after a NUL: here nothing. */
    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
