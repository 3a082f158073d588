package io.holdfast.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where SQLite files may be. */
public record SqliteConfig(
        @ConfigKey(
                value = "Folders below which SQLite sources and restore targets must be, with symbolic links resolved."
                        + " Default: the folders of the configured SQLite sources.",
                example = "[/srv/data]")
        List<Path> folders) {

    /** The folders in effect. */
    public List<Path> folders(Map<String, SourceConfig> sources) {
        return !folders.isEmpty()
                ? folders
                : sources.values().stream()
                        .flatMap(source -> folder(source).stream())
                        .distinct()
                        .toList();
    }

    private static Optional<Path> folder(SourceConfig source) {
        return switch (source.engine()) {
            case POSTGRES -> Optional.empty();
            case SQLITE ->
                Optional.ofNullable(Path.of(DatabaseUrl.sqlitePath(source.url().text()))
                        .toAbsolutePath()
                        .normalize()
                        .getParent());
            case D1 ->
                source.d1()
                        .flatMap(SourceConfig.CloudflareD1::folder)
                        .map(folder -> folder.toAbsolutePath().normalize());
        };
    }
}
