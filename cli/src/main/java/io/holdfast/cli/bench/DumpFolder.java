package io.holdfast.cli.bench;

import io.holdfast.cli.local.LocalFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a dump left on disk. */
final class DumpFolder {
    private DumpFolder() {}

    static void delete(Path folder) {
        if (Files.exists(folder)) {
            LocalFolders.delete(folder);
        }
    }

    static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }
}
