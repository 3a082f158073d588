package io.holdfast.cli.demo;

import io.holdfast.cli.jobs.JobPoller;
import io.holdfast.cli.jobs.PollingPolicy;
import io.holdfast.cli.local.GeneratedConfig;
import io.holdfast.cli.local.LocalFolders;
import io.holdfast.cli.local.LocalPlatform;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.cli.local.VaultSetup;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackOptions;
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
final class DemoEnvironment implements AutoCloseable {
    private static final Duration LONGEST_JOB = Duration.ofMinutes(5);

    private final Path folder;
    private final boolean keep;
    private final CommandOutput output;
    private volatile @Nullable LocalPlatform platform;
    private volatile @Nullable SampleDatabase portal;
    private volatile @Nullable HoldfastClient holdfastClient;

    DemoEnvironment(Path folder, boolean keep, CommandOutput output) {
        this.folder = folder;
        this.keep = keep;
        this.output = output;
    }

    void startStack() throws IOException {
        StackOptions options =
                keep ? StackOptions.in(LocalFolders.passable(folder.resolve("stack"))) : StackOptions.temporary();
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
        new GeneratedConfig(folder, addresses()).write(portal(), null);
        return VaultSetup.init(
                HoldfastConfig.load(config(), Environment.of(Map.of())).vault());
    }

    ServiceEndpoints serve() throws IOException {
        ServiceEndpoints endpoints = platform().serve(config(), Files.createDirectories(logs()), Map.of());
        holdfastClient = new HoldfastClient(endpoints, platform().adminToken());
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

    StackAddresses addresses() {
        return platform().addresses();
    }

    SampleDatabase portal() {
        return there(portal);
    }

    HoldfastClient api() {
        return there(holdfastClient);
    }

    JobPoller watch() {
        return new JobPoller(PollingPolicy.USUAL, output, LONGEST_JOB);
    }

    CommandOutput output() {
        return output;
    }

    /** How to look at what is kept, in lines. */
    List<String> describe() {
        HoldfastClient services = holdfastClient;
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
        LocalFolders.delete(folder.resolve("secrets"));
        LocalFolders.delete(folder.resolve("vault.key"));
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
