package io.holdfast.engine.model;

import java.util.Comparator;

/** A schema and a name in it, as the catalog spells them: unquoted, case kept. Ordered by schema, then name. */
public record QualifiedName(String schema, String name) implements Comparable<QualifiedName> {

    private static final Comparator<QualifiedName> ORDER =
            Comparator.comparing(QualifiedName::schema).thenComparing(QualifiedName::name);

    /** Quoted for SQL: {@code "public"."my table"}. */
    public String sql() {
        return quote(schema) + "." + quote(name);
    }

    /** An identifier quoted for SQL. */
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(QualifiedName other) {
        return ORDER.compare(this, other);
    }

    /** {@code schema.name} for people; parts that hold a dot or a quote are quoted, so that it stays unambiguous. */
    @Override
    public String toString() {
        return shown(schema) + "." + shown(name);
    }

    private static String shown(String part) {
        return part.indexOf('.') < 0 && part.indexOf('"') < 0 && !part.isEmpty() ? part : quote(part);
    }
}
