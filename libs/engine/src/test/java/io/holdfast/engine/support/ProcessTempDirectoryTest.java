package io.holdfast.engine.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTempDirectoryTest {
    @TempDir
    Path directory;

    /** Creates files and ends, or waits to be killed. */
    public static final class Program {
        public static void main(String[] arguments) throws IOException {
            System.out.println(ProcessTempDirectory.file("rows-", ".dump"));
            ProcessTempDirectory.create(ProcessTempDirectory.directory("rows-").resolve("copy.db"));
            if (arguments[0].equals("wait")) {
                System.in.read();
            }
        }
    }

    @Test
    void onlyTheirOwnerReadsTheFilesAndTheyEndWithTheProcess() throws Exception {
        Process process = start("wait");
        Path file = Path.of(process.inputReader().readLine());

        try (var all = Files.walk(file.getParent())) {
            assertThat(all)
                    .hasSizeGreaterThan(3)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .as(path.toString())
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
        process.outputWriter().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(folders()).isEmpty();
    }

    @Test
    void theFolderOfAKilledProcessIsRemovedByTheNextAndNoOtherFolder() throws Exception {
        Process killed = start("wait");
        Path left = Path.of(killed.inputReader().readLine()).getParent();
        killed.destroyForcibly().waitFor();
        Process running = start("wait");
        Path kept = Path.of(running.inputReader().readLine()).getParent();
        Path target = Files.createDirectory(directory.resolve("target"));
        Path row = Files.writeString(target.resolve("row"), "of another user");
        Path link = Files.createSymbolicLink(directory.resolve("holdfast-999999999-1-2"), target);
        Path earlier = Files.createDirectory(directory.resolve("holdfast-sqlite-999999999-1-3"));
        // as of a process in another container
        Path locked = Files.createDirectory(directory.resolve("holdfast-999999999-1-4"));
        try (FileChannel channel =
                        FileChannel.open(Files.createFile(locked.resolve("lock")), StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();

            assertThat(start("end").waitFor()).isZero();
        }

        // the running process removed the folder of the killed one, the ended process that of the earlier version
        assertThat(left).doesNotExist();
        assertThat(earlier).doesNotExist();
        assertThat(kept).exists();
        assertThat(locked).exists();
        assertThat(link).exists();
        assertThat(row).exists();
        running.outputWriter().close();
        assertThat(running.waitFor()).isZero();
    }

    private List<Path> folders() throws IOException {
        try (var all = Files.list(directory)) {
            return all.filter(path -> String.valueOf(path.getFileName()).startsWith("holdfast-"))
                    .toList();
        }
    }

    private Process start(String work) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Program.class.getName(),
                work));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
