package io.holdfast.cli.demo;

import io.holdfast.cli.jobs.Pace;
import io.holdfast.cli.jobs.Watch;
import io.holdfast.cli.local.Folders;
import io.holdfast.cli.local.GeneratedConfig;
import io.holdfast.cli.local.LocalPlatform;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.cli.local.VaultSetup;
import io.holdfast.cli.rest.Api;
import io.holdfast.cli.rest.Endpoints;
import io.holdfast.cli.terminal.Output;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.devstack.Addresses;
import io.holdfast.devstack.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the demo plays: its folder, the stack, the sample database and the services, each there once it was started. */
final class Stage implements AutoCloseable {
    private static final Duration LONGEST_JOB = Duration.ofMinutes(5);

    private final Path folder;
    private final boolean keep;
    private final Output output;
    private volatile @Nullable LocalPlatform platform;
    private volatile @Nullable SampleDatabase portal;
    private volatile @Nullable Api api;

    Stage(Path folder, boolean keep, Output output) {
        this.folder = folder;
        this.keep = keep;
        this.output = output;
    }

    void startStack() throws IOException {
        Options options = keep ? Options.in(Folders.passable(folder.resolve("stack"))) : Options.temporary();
        LocalPlatform started = LocalPlatform.start(options);
        platform = started;
        portal = new SampleDatabase(started.addresses().postgres());
    }

    void createPortal() throws SQLException, IOException {
        try (ProgressLine line = output.progress("sample database")) {
            portal().create((step, number, of) -> line.show("filling", number, (long) of, step));
        }
    }

    /** @return the new vault */
    VaultSetup.Made configure() throws IOException {
        new GeneratedConfig(folder, addresses()).write(portal());
        return VaultSetup.init(
                HoldfastConfig.load(config(), Environment.of(Map.of())).vault());
    }

    Endpoints serve() throws IOException {
        Endpoints endpoints = platform().serve(config(), Files.createDirectories(logs()), Map.of());
        api = new Api(endpoints, null);
        return endpoints;
    }

    Path folder() {
        return folder;
    }

    Path config() {
        return folder.resolve("holdfast.yaml");
    }

    Path logs() {
        return folder.resolve("logs");
    }

    Addresses addresses() {
        return platform().addresses();
    }

    SampleDatabase portal() {
        return there(portal);
    }

    Api api() {
        return there(api);
    }

    Watch watch() {
        return new Watch(Pace.USUAL, output, LONGEST_JOB);
    }

    Output output() {
        return output;
    }

    /** How to look at what is kept, in lines. */
    List<String> describe() {
        Api services = api;
        LocalPlatform running = platform;
        List<String> lines = new ArrayList<>();
        lines.add("kept in " + folder + ": holdfast.yaml, vault.key, secrets, logs; delete it when you are done");
        if (running != null) {
            lines.add("messages caught: " + running.addresses().catcher().http() + "/");
            lines.add("databases:       " + running.addresses().postgres().uri(SampleDatabase.OWNER, "postgres")
                    + ", password in " + folder.resolve("secrets/portal-password"));
        }
        if (services != null) {
            lines.add("more to try:     export HOLDFAST_URL=" + services.endpoints());
        }
        lines.add("Ctrl-C stops it.");
        return lines;
    }

    /** Keys and passwords go in any case. */
    void clearButLogs() {
        Folders.delete(folder.resolve("secrets"));
        Folders.delete(folder.resolve("vault.key"));
    }

    @Override
    public void close() {
        LocalPlatform running = platform;
        if (running != null) {
            running.close();
        }
    }

    private LocalPlatform platform() {
        return there(platform);
    }

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("a step of the demo was left out");
        }
        return part;
    }
}
