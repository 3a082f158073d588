package io.holdfast.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Where SQLite files may be. */
public record SqliteConfig(
        @ConfigKey(
                value =
                        "Folders below which SQLite sources and restore targets must be, with symbolic links resolved. Default: the folders of the configured SQLite sources.",
                example = "[/srv/data]")
        List<Path> folders) {

    /** The folders in effect. */
    public List<Path> folders(Map<String, SourceConfig> sources) {
        return !folders.isEmpty()
                ? folders
                : sources.values().stream()
                        .filter(source -> source.engine() == EngineType.SQLITE)
                        .map(source -> Path.of(
                                        DatabaseUrl.sqlitePath(source.url().text()))
                                .toAbsolutePath()
                                .normalize()
                                .getParent())
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList();
    }
}
