package io.holdfast.verifier.drill;

import io.holdfast.config.ApprovalPolicy;
import io.holdfast.config.EngineType;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SqlScript;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.verifier.scratch.RestoredCopy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The staging source whose database a drill replaces, and the mask of the copy.
 *
 * @param source name of the staging source
 * @param mask in the order in which it runs
 */
record StagingTarget(String source, SourceConfig config, List<SqlScript> mask) {
    private static final String ENVIRONMENT = "staging";
    private static final String KEY = "drill.staging";
    private static final Pattern COMMENTS = Pattern.compile("--[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    /**
     * The target that the configuration of a drilled source names. Resolves host names and reads files.
     *
     * @throws HoldfastException SOURCE_UNKNOWN if there is no such staging source; CONFIG_INVALID if the drilled source names
     *     none, if the named one is not of the environment {@code staging}, wants approvals of restores, has another engine, or
     *     is the database of a source that is not staging, and if a file of the mask cannot be read
     */
    static StagingTarget of(HoldfastConfig config, String drilled) {
        SourceConfig.StagingDrills settings = Optional.ofNullable(
                        config.sources().get(drilled))
                .flatMap(source -> source.drill().staging())
                .orElseThrow(() -> refused(
                        drilled,
                        "source \"" + drilled + "\" names no staging database; write " + KEY
                                + " of this source in holdfast.yaml"));
        String name = settings.database();
        SourceConfig staging = config.sources().get(name);
        if (staging == null) {
            throw HoldfastException.about(
                    name,
                    FailureCode.SOURCE_UNKNOWN,
                    "source \"" + drilled + "\": its " + KEY + ".database names source \"" + name
                            + "\", which is not configured");
        }
        refuseUnfit(name, staging, drilled, config.sources());
        return new StagingTarget(name, staging, scripts(settings));
    }

    private static void refuseUnfit(
            String name, SourceConfig staging, String drilled, Map<String, SourceConfig> sources) {
        String environment = staging.environment().orElse("none");
        if (!environment.equals(ENVIRONMENT)) {
            throw refused(
                    name,
                    "source \"" + name + "\" is of environment " + environment
                            + ", and a drill replaces only databases of sources with environment: " + ENVIRONMENT);
        }
        if (staging.engine() != EngineType.POSTGRES) {
            throw refused(
                    name,
                    "source \"" + name + "\" is of another engine than source \"" + drilled
                            + "\"; a drill replaces a PostgreSQL database by a copy of one");
        }
        if (staging.approval().restore() == ApprovalPolicy.REQUIRED) {
            throw refused(
                    name,
                    "source \"" + name + "\" wants restores over its database approved, and a drill asks for no"
                            + " approval; write approval: none of this source if drills may replace it");
        }
        sources.forEach((other, source) -> {
            if (source.engine() == EngineType.POSTGRES
                    && (other.equals(drilled) || !source.environment().equals(Optional.of(ENVIRONMENT)))
                    && isSame(new SourceConnector(name, staging), new SourceConnector(other, source))) {
                throw refused(
                        name,
                        "source \"" + name + "\" is the database of source \"" + other
                                + "\", or could not be told from it, and a drill must not replace that; correct its"
                                + " url, or the name resolution");
            }
        });
    }

    /** Whether a replacement of the first would replace the second. */
    private static boolean isSame(SourceConnector one, SourceConnector other) {
        DatabaseAddress replaced = one.restoring().physical();
        return Stream.of(other.physical(), other.restoring().physical())
                .anyMatch(address -> address.database().equals(replaced.database())
                        && address.port() == replaced.port()
                        && isSameHost(address, replaced));
    }

    /** A host that cannot be resolved may be any. */
    private static boolean isSameHost(DatabaseAddress one, DatabaseAddress other) {
        if (one.host().equalsIgnoreCase(other.host())) {
            return true;
        }
        try {
            if (isThisMachine(one) || isThisMachine(other)) {
                return isThisMachine(one) && isThisMachine(other);
            }
            Set<InetAddress> addresses = new HashSet<>(List.of(InetAddress.getAllByName(one.host())));
            addresses.retainAll(List.of(InetAddress.getAllByName(other.host())));
            return !addresses.isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isThisMachine(DatabaseAddress address) throws IOException {
        if (address.local()) {
            return true;
        }
        for (InetAddress resolved : InetAddress.getAllByName(address.host())) {
            if (resolved.isLoopbackAddress() || NetworkInterface.getByInetAddress(resolved) != null) {
                return true;
            }
        }
        return false;
    }

    private static List<SqlScript> scripts(SourceConfig.StagingDrills settings) {
        List<SqlScript> scripts = new ArrayList<>();
        settings.maskFiles().forEach(file -> scripts.add(new SqlScript(file.toString(), text(file))));
        for (int i = 0; i < settings.mask().size(); i++) {
            scripts.add(new SqlScript(KEY + ".mask[" + i + "]", settings.mask().get(i)));
        }
        scripts.forEach(StagingTarget::refuseEmpty);
        return scripts;
    }

    /** A file that lost its statements would make a copy without a mask pass. */
    private static void refuseEmpty(SqlScript script) {
        if (COMMENTS.matcher(script.sql()).replaceAll("").replace(";", "").isBlank()) {
            throw refused(
                    script.name(), script.name() + " has no statement, so it masks nothing; write one or remove it");
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw refused(
                    file.toString(),
                    "file " + file + " of " + KEY + ".mask-files cannot be read ("
                            + e.getClass().getSimpleName() + "); is it there, and may verifier-service read it?");
        }
    }

    /** The source's database, by the role that restores. */
    SourceConnector connector() {
        return new SourceConnector(source, config).restoring();
    }

    /**
     * Masks the copy, and removes what is left of unmasked rows in views, dead rows and statistics.
     *
     * @throws HoldfastException CONFIG_INVALID if a statement is refused or a view cannot be filled; what the server fails with
     */
    void mask(RestoredCopy copy) {
        try {
            copy.database().run(mask);
            DatabaseDescriptor shape = DescriptorCodec.of(copy.manifest());
            List<Finding> unfilled = copy.database().forgetEarlierRows(shape.populatedViews());
            if (!unfilled.isEmpty()) {
                throw refused(source, "materialized views keep unmasked rows: " + Finding.told(unfilled));
            }
        } catch (HoldfastException holdfastException) {
            throw holdfastException.code().isBackupFault()
                    ? new HoldfastException(
                            new FailureReason(
                                    FailureCode.CONFIG_INVALID,
                                    "the copy could not be masked: "
                                            + holdfastException.reason().message(),
                                    source),
                            holdfastException)
                    : holdfastException;
        }
    }

    private static HoldfastException refused(String object, String why) {
        return HoldfastException.about(object, FailureCode.CONFIG_INVALID, why);
    }
}
