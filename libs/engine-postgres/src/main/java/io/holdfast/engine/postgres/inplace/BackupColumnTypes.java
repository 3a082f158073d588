package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.dump.SchemaDumpParser;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The types of columns in a backup, of which its schema dump alone knows: {@code CREATE TABLE}, a column a line. */
final class BackupColumnTypes {
    /** What may follow a type in pg_dump's lines. */
    private static final Pattern END =
            Pattern.compile("(,| (COLLATE|DEFAULT|NOT NULL|GENERATED|CONSTRAINT|STORAGE|COMPRESSION) .*| NOT NULL,?|)");

    private final Map<QualifiedName, String> definitions = new HashMap<>();

    BackupColumnTypes(PostgresTools tools, Path schemaDump) {
        List<String> arguments = List.of("--section=pre-data", "--verbose", "--file=-", schemaDump.toString());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ToolProcess.Ended ended = new ToolProcess(
                        tools.newest("pg_restore"), arguments, null, PasswordSupplier.none(), "holdfast")
                .run(text);
        if (ended.exit() != 0) {
            throw HoldfastException.of(
                    FailureCode.TOOL_FAILED, "pg_restore cannot read the schema dump: " + ended.errors());
        }
        for (SchemaDumpParser.Entry entry : SchemaDumpParser.entries(text.toString(StandardCharsets.UTF_8))) {
            if (entry.type().equals("TABLE")) {
                definitions.put(new QualifiedName(entry.schema(), entry.name()), entry.body());
            }
        }
    }

    /** Whether the backup says that this column had another type; false where it says nothing, as of inherited ones. */
    boolean differs(QualifiedName table, LiveTable.Column column) {
        String bare = "    " + column.name() + " ";
        String quoted = "    " + QualifiedName.quote(column.name()) + " ";
        return definitions
                .getOrDefault(table, "")
                .lines()
                .filter(line -> line.startsWith(bare) || line.startsWith(quoted))
                .findFirst()
                .map(line -> line.substring(line.startsWith(bare) ? bare.length() : quoted.length()))
                .filter(type -> !type.startsWith(column.type())
                        || !END.matcher(type.substring(column.type().length())).matches())
                .isPresent();
    }
}
