package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Password;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Renders two schema dumps with the same program and compares them object by object. */
final class SchemaComparison {
    private static final int NAMED = 10;

    private final Tools tools;
    private final LoadOptions as;

    SchemaComparison(Tools tools, LoadOptions as) {
        this.tools = tools;
        this.as = as;
    }

    List<String> compare(Path stored, Path copy) {
        Map<String, String> expected = SchemaText.objects(render(stored));
        Map<String, String> actual = SchemaText.objects(render(copy));
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(actual.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String before = expected.get(name);
            String after = actual.get(name);
            if (before == null) {
                differences.add(name + " is only in the copy");
            } else if (after == null) {
                differences.add(name + " is missing in the copy");
            } else if (!before.equals(after)) {
                differences.add(name + " differs: " + SchemaText.firstDifference(before, after));
            }
        }
        return differences.size() <= NAMED ? differences : shortened(differences);
    }

    private static List<String> shortened(List<String> differences) {
        List<String> first = new ArrayList<>(differences.subList(0, NAMED));
        first.add("and " + (differences.size() - NAMED) + " more");
        return first;
    }

    private String render(Path dump) {
        List<String> arguments = new ArrayList<>(SchemaLoader.ownership(as));
        arguments.add("--file=-");
        arguments.add(dump.toString());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ToolRun.Ended ended =
                new ToolRun(tools.newest("pg_restore"), arguments, null, Password.none(), "holdfast").run(text);
        if (ended.exit() != 0) {
            throw Failure.of(FailureCode.TOOL_FAILED, "pg_restore could not read the schema dump: " + ended.errors());
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
