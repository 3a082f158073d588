package io.holdfast.e2e;

import io.holdfast.access.Permission;
import io.holdfast.access.RolePermissions;
import io.holdfast.config.AccessConfig.Role;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of the guide on access, made of the code. */
final class AccessTables {
    private AccessTables() {}

    /** @param permission by its name; a text for an operation with a credential of its own */
    record Row(String service, String operation, String permission) {}

    static String replace(String text, String mark, String table) {
        String begin = "<!-- " + mark + " -->\n";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf("<!-- end -->", from);
        return text.substring(0, from) + table + text.substring(to);
    }

    static String roles() {
        StringBuilder table = new StringBuilder("| role | may |\n|---|---|\n");
        for (Role role : Role.values()) {
            table.append("| ")
                    .append(word(role))
                    .append(" | ")
                    .append(RolePermissions.of(role).stream()
                            .map(Permission::label)
                            .collect(Collectors.joining(", ")))
                    .append(" |\n");
        }
        return table.toString();
    }

    static String operations(List<Row> rows) {
        StringBuilder table = new StringBuilder("| operation | service | roles |\n|---|---|---|\n");
        rows.stream()
                .filter(row ->
                        Stream.of(Permission.values()).anyMatch(p -> p.name().equals(row.permission())))
                .collect(Collectors.groupingBy(
                        Row::operation,
                        () -> new TreeMap<>(
                                Comparator.comparing((String operation) -> operation.substring(operation.indexOf(' ')))
                                        .thenComparing(Comparator.naturalOrder())),
                        Collectors.toList()))
                .forEach((operation, same) -> table.append("| `")
                        .append(operation)
                        .append("` | ")
                        .append(
                                same.size() == 5
                                        ? "each"
                                        : same.stream().map(Row::service).collect(Collectors.joining(", ")))
                        .append(" | ")
                        .append(roles(Permission.valueOf(same.getFirst().permission())))
                        .append(" |\n"));
        return table.toString();
    }

    private static String roles(Permission permission) {
        List<Role> roles = Stream.of(Role.values())
                .filter(role -> RolePermissions.of(role).contains(permission))
                .toList();
        return roles.size() == Role.values().length
                ? "any"
                : roles.stream().map(AccessTables::word).collect(Collectors.joining(", "));
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
