package io.holdfast.engine.postgres.increment;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.postgres.copy.CopyOutReader;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Digests of a database's definitions, of the scope, and of how Holdfast reads. The same objects, scope, settings and commands
 * give the same digest.
 */
final class DefinitionHashes {
    private static final String RELATION = "relation ";

    /** Settings and commands of the sessions that read rows: they decide the text of the rows in each database. */
    private static final List<String> READING = Stream.concat(
                    Stream.of(ConnectionFactory.PINNED), CopyOutReader.commands().stream())
            .toList();

    private final List<String> reading;
    private final BackupScope scope;
    private final TreeMap<String, String> byObject;

    DefinitionHashes(BackupScope scope, Map<String, String> byObject) {
        this(READING, scope, byObject);
    }

    /** @param reading settings and commands */
    DefinitionHashes(List<String> reading, BackupScope scope, Map<String, String> byObject) {
        this.reading = reading;
        this.scope = scope;
        this.byObject = new TreeMap<>(byObject);
    }

    /** Of everything but relations: types, functions, extensions, roles, settings. */
    String ofOthers() {
        return digest(object -> !object.startsWith(RELATION));
    }

    String ofAll() {
        return digest(object -> true);
    }

    private String digest(Predicate<String> included) {
        MessageDigest digest = sha256();
        reading.forEach(text -> add(digest, text));
        for (Collection<?> part : List.of(
                scope.includeSchemas(),
                scope.includeTables(),
                scope.excludeSchemas(),
                scope.excludeTables(),
                scope.excludeTableData(),
                scope.excludeExtensions(),
                List.of(scope.extensions(), scope.narrowed()))) {
            part.stream().map(String::valueOf).sorted().forEach(entry -> add(digest, entry));
            add(digest, "");
        }
        byObject.forEach((object, hash) -> {
            if (included.test(object)) {
                add(digest, object);
                add(digest, hash);
            }
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
