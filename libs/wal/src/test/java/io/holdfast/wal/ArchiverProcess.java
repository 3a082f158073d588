package io.holdfast.wal;

import io.holdfast.contracts.SourceId;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** An archiver in a process of its own, so that it can be killed. */
final class ArchiverProcess {
    private ArchiverProcess() {}

    static Process start(Path directory, SourceId source, String system, DatabaseAddress server) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
        for (String property : List.of("holdfast.test.postgres", "holdfast.test.postgres-programs")) {
            if (System.getProperty(property) != null) {
                command.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        command.addAll(List.of(
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.G*::*,0.01",
                "-cp",
                System.getProperty("java.class.path"),
                ArchiverProcess.class.getName(),
                directory.toString(),
                source.toString(),
                system,
                server.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("archiver.log").toFile()))
                .start();
    }

    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        Vault vault = Vault.open(
                new DirectoryStore(directory.resolve("objects")), KeyFile.read(directory.resolve("vault.key")));
        archiver(
                        directory,
                        WalArchive.of(vault, SourceId.parse(args[1]), args[2]),
                        DatabaseAddress.parse(args[3]),
                        1L << 30)
                .run();
    }

    static WalArchiver archiver(Path directory, WalArchive archive, DatabaseAddress server, long limit) {
        return new WalArchiver(
                new WalArchiver.Options(
                        server,
                        PasswordSupplier.none(),
                        WalSourceServer.TOOLS,
                        WalSourceServer.MAJOR,
                        "holdfast_test",
                        directory.resolve("spool"),
                        limit,
                        Duration.ofSeconds(1)),
                archive,
                InstantSource.system());
    }
}
