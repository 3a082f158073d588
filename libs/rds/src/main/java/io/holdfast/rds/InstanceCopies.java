package io.holdfast.rds;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** Copies of one instance. Amazon copies neither network nor parameters of the source: they are read from it, and named. */
final class InstanceCopies implements CopySteps {
    private static final Set<String> NO_BACKUPS = Set.of("DBInstanceAutomatedBackupNotFound");

    private final RdsApi api;
    private final RdsSettings settings;

    InstanceCopies(RdsApi api, RdsSettings settings) {
        this.api = api;
        this.settings = settings;
    }

    @Override
    public String kind() {
        return "RDS instance";
    }

    private DBInstance source() {
        DBInstance source = api.instance(settings.source().id())
                .orElseThrow(() -> unsupported(
                        "no instance has this name in " + settings.region() + "; correct instance and region of rds"));
        if (source.dbClusterIdentifier() != null) {
            throw unsupported("it belongs to cluster " + source.dbClusterIdentifier()
                    + "; write cluster instead of instance in rds");
        }
        if (!String.valueOf(source.engine()).equals("postgres")) {
            throw unsupported("its engine is " + source.engine() + ", and not postgres");
        }
        return source;
    }

    private HoldfastException unsupported(String why) {
        return HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, api.shown() + ": " + why);
    }

    @Override
    public PointInTimeWindow window() {
        DBInstance source = source();
        if (Objects.equals(source.backupRetentionPeriod(), 0)) {
            throw HoldfastException.of(
                    FailureCode.POINT_NOT_COVERED,
                    api.shown() + ": automated backups are off; set a backup retention period of 1 to 35 days");
        }
        // an instance that was deleted leaves backups of the same name
        Optional<Instant> earliest = api
                .unless(
                        NO_BACKUPS,
                        rds -> rds.describeDBInstanceAutomatedBackups(
                                        request -> request.dbiResourceId(source.dbiResourceId()))
                                .dbInstanceAutomatedBackups())
                .stream()
                .flatMap(List::stream)
                .filter(backup -> "active".equals(backup.status()))
                .map(DBInstanceAutomatedBackup::restoreWindow)
                .filter(Objects::nonNull)
                .map(window -> window.earliestTime())
                .filter(Objects::nonNull)
                .findFirst();
        return Windows.of(api, earliest.orElse(null), source.latestRestorableTime());
    }

    @Override
    public String instanceClass() {
        return instanceClass(source());
    }

    private String instanceClass(DBInstance source) {
        return settings.instanceClass().orElseGet(source::dbInstanceClass);
    }

    @Override
    public Optional<Server> advance(String name, Instant at, CopyTags tags, Runnable covered) {
        DBInstance copy = api.instance(name).orElse(null);
        if (copy == null) {
            covered.run();
            request(name, at, tags);
            return Optional.empty();
        }
        if (!tags.sameCopy(copy.tagList())) {
            throw unsupported("the copy's name " + name + " belongs to an instance without Holdfast's tags");
        }
        return switch (CopyStatus.of(copy.dbInstanceStatus())) {
            case AVAILABLE -> server(copy);
            case CHANGING, DELETING -> Optional.empty();
            case FAILED -> {
                delete(name);
                throw unsupported("Amazon could not make " + kind() + " " + name + " (" + copy.dbInstanceStatus()
                        + "); look at its events");
            }
        };
    }

    static Optional<Server> server(DBInstance instance) {
        return Optional.ofNullable(instance.endpoint())
                .filter(endpoint -> endpoint.address() != null)
                .map(endpoint -> new Server(endpoint.address(), endpoint.port()));
    }

    private void request(String name, Instant at, CopyTags tags) {
        DBInstance source = source();
        // an answer that was lost leaves an instance, which the next look finds
        var unused = api.unless(
                Set.of(RdsApi.INSTANCE_EXISTS),
                rds -> rds.restoreDBInstanceToPointInTime(
                        request -> request.sourceDBInstanceIdentifier(source.dbInstanceIdentifier())
                                .targetDBInstanceIdentifier(name)
                                .restoreTime(at)
                                .dbInstanceClass(instanceClass(source))
                                .port(
                                        source.endpoint() == null
                                                ? null
                                                : source.endpoint().port())
                                .dbSubnetGroupName(
                                        source.dbSubnetGroup() == null
                                                ? null
                                                : source.dbSubnetGroup().dbSubnetGroupName())
                                .vpcSecurityGroupIds(source.vpcSecurityGroups().stream()
                                        .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                                        .toList())
                                .dbParameterGroupName(parameterGroup(source))
                                .optionGroupName(source.optionGroupMemberships().stream()
                                        .map(group -> group.optionGroupName())
                                        .findFirst()
                                        .orElse(null))
                                .publiclyAccessible(source.publiclyAccessible())
                                .enableIAMDatabaseAuthentication(source.iamDatabaseAuthenticationEnabled())
                                .multiAZ(false)
                                .autoMinorVersionUpgrade(false)
                                .deletionProtection(false)
                                .copyTagsToSnapshot(false)
                                .tags(tags.tags())));
    }

    static @Nullable String parameterGroup(DBInstance source) {
        return source.dbParameterGroups().stream()
                .map(group -> group.dbParameterGroupName())
                .findFirst()
                .orElse(null);
    }

    @Override
    public void delete(String name) {
        api.instance(name)
                .filter(copy -> CopyTags.of(copy.tagList()).isPresent())
                .filter(copy -> CopyStatus.of(copy.dbInstanceStatus()) != CopyStatus.DELETING)
                .ifPresent(copy -> {
                    var unused = api.unless(
                            Set.of(RdsApi.INSTANCE_MISSING),
                            rds -> rds.deleteDBInstance(request -> request.dbInstanceIdentifier(name)
                                    .skipFinalSnapshot(true)
                                    .deleteAutomatedBackups(true)));
                });
    }

    @Override
    public List<Found> all() {
        return api.instances().stream()
                .filter(instance -> instance.dbClusterIdentifier() == null)
                .flatMap(instance -> CopyTags.of(instance.tagList())
                        .map(tags -> new Found(
                                instance.dbInstanceIdentifier(),
                                tags,
                                CopyStatus.of(instance.dbInstanceStatus()) == CopyStatus.DELETING))
                        .stream())
                .toList();
    }
}
