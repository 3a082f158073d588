package io.holdfast.rds;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterMember;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.Filter;
import software.amazon.awssdk.services.rds.model.RestoreDbClusterToPointInTimeRequest;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/**
 * Copies of an Aurora cluster. Amazon restores a cluster without instances, so one is created in it; it is deleted before the
 * cluster. The copy is a full one: a clone would have the latest state. Monitoring is not copied, because Amazon refuses it.
 */
final class ClusterCopies implements CopySteps {
    private static final String MEMBER = "-1";

    private final RdsApi api;
    private final RdsSettings settings;

    ClusterCopies(RdsApi api, RdsSettings settings) {
        this.api = api;
        this.settings = settings;
    }

    @Override
    public String kind() {
        return "Aurora cluster";
    }

    private DBCluster source() {
        DBCluster source = api.cluster(settings.source().id())
                .orElseThrow(() -> unsupported(
                        "no cluster has this name in " + settings.region() + "; correct cluster and region of rds"));
        if (!String.valueOf(source.engine()).equals("aurora-postgresql")) {
            throw unsupported("its engine is " + source.engine() + ", and not aurora-postgresql");
        }
        return source;
    }

    private HoldfastException unsupported(String why) {
        return HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, api.shown() + ": " + why);
    }

    @Override
    public PointInTimeWindow window() {
        DBCluster source = source();
        return Windows.of(api, source.earliestRestorableTime(), source.latestRestorableTime());
    }

    @Override
    public String instanceClass() {
        return settings.instanceClass().orElseGet(() -> writer(source()).dbInstanceClass());
    }

    private DBInstance writer(DBCluster source) {
        return source.dbClusterMembers().stream()
                .filter(member -> Boolean.TRUE.equals(member.isClusterWriter()))
                .map(DBClusterMember::dbInstanceIdentifier)
                .findFirst()
                .flatMap(api::instance)
                .orElseThrow(() -> unsupported("it has no writer, whose parameters a copy could have"));
    }

    @Override
    public Optional<Server> advance(String name, Instant at, CopyTags tags, Runnable covered) {
        DBCluster copy = api.cluster(name).orElse(null);
        if (copy == null) {
            covered.run();
            request(name, at, tags);
            return Optional.empty();
        }
        if (!tags.sameCopy(copy.tagList())) {
            throw unsupported("the copy's name " + name + " belongs to a cluster without Holdfast's tags");
        }
        return switch (CopyStatus.of(copy.status())) {
            case AVAILABLE -> advanceMember(name, tags);
            case CHANGING, DELETING -> Optional.empty();
            case FAILED -> throw failed(name, copy.status());
        };
    }

    private Optional<Server> advanceMember(String name, CopyTags tags) {
        DBInstance member = api.instance(name + MEMBER).orElse(null);
        if (member == null) {
            requestMember(name, tags);
            return Optional.empty();
        }
        return switch (CopyStatus.of(member.dbInstanceStatus())) {
            case AVAILABLE -> InstanceCopies.server(member);
            case CHANGING, DELETING -> Optional.empty();
            case FAILED -> throw failed(name, member.dbInstanceStatus());
        };
    }

    private HoldfastException failed(String name, String status) {
        delete(name);
        return unsupported("Amazon could not make " + kind() + " " + name + " (" + status + "); look at its events");
    }

    private void request(String name, Instant at, CopyTags tags) {
        DBCluster source = source();
        var request = RestoreDbClusterToPointInTimeRequest.builder()
                .sourceDBClusterIdentifier(source.dbClusterIdentifier())
                .dbClusterIdentifier(name)
                .restoreType("full-copy")
                .restoreToTime(at)
                .port(source.port())
                .dbSubnetGroupName(source.dbSubnetGroup())
                .vpcSecurityGroupIds(source.vpcSecurityGroups().stream()
                        .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                        .toList())
                .dbClusterParameterGroupName(source.dbClusterParameterGroup())
                .enableIAMDatabaseAuthentication(source.iamDatabaseAuthenticationEnabled())
                .deletionProtection(false)
                .copyTagsToSnapshot(false)
                .tags(tags.tags());
        if (source.serverlessV2ScalingConfiguration() != null) {
            request.serverlessV2ScalingConfiguration(scaling -> scaling.minCapacity(
                            source.serverlessV2ScalingConfiguration().minCapacity())
                    .maxCapacity(source.serverlessV2ScalingConfiguration().maxCapacity()));
        }
        var unused =
                api.unless(Set.of(RdsApi.CLUSTER_EXISTS), rds -> rds.restoreDBClusterToPointInTime(request.build()));
    }

    private void requestMember(String cluster, CopyTags tags) {
        DBCluster source = source();
        DBInstance writer = writer(source);
        var unused = api.unless(
                Set.of(RdsApi.INSTANCE_EXISTS),
                rds -> rds.createDBInstance(request -> request.dbInstanceIdentifier(cluster + MEMBER)
                        .dbClusterIdentifier(cluster)
                        .engine(source.engine())
                        .dbInstanceClass(settings.instanceClass().orElseGet(writer::dbInstanceClass))
                        .dbParameterGroupName(InstanceCopies.parameterGroup(writer))
                        .publiclyAccessible(writer.publiclyAccessible())
                        .autoMinorVersionUpgrade(false)
                        .tags(tags.tags())));
    }

    @Override
    public void delete(String name) {
        api.cluster(name)
                .filter(copy -> CopyTags.of(copy.tagList()).isPresent())
                .ifPresent(copy -> {
                    members(name).forEach(this::deleteMember);
                    if (CopyStatus.of(copy.status()) != CopyStatus.DELETING) {
                        var unused = api.unless(
                                Set.of(RdsApi.CLUSTER_MISSING),
                                rds -> rds.deleteDBCluster(request -> request.dbClusterIdentifier(name)
                                        .skipFinalSnapshot(true)
                                        .deleteAutomatedBackups(true)));
                    }
                });
    }

    private List<DBInstance> members(String cluster) {
        Filter member = Filter.builder().name("db-cluster-id").values(cluster).build();
        return api.call(rds ->
                rds.describeDBInstances(request -> request.filters(member)).dbInstances());
    }

    private void deleteMember(DBInstance member) {
        if (CopyStatus.of(member.dbInstanceStatus()) != CopyStatus.DELETING) {
            var unused = api.unless(
                    Set.of(RdsApi.INSTANCE_MISSING),
                    rds -> rds.deleteDBInstance(request -> request.dbInstanceIdentifier(member.dbInstanceIdentifier())
                            .skipFinalSnapshot(true)));
        }
    }

    @Override
    public List<Found> all() {
        return api.clusters().stream()
                .flatMap(cluster -> CopyTags.of(cluster.tagList())
                        .map(tags -> new Found(
                                cluster.dbClusterIdentifier(),
                                tags,
                                CopyStatus.of(cluster.status()) == CopyStatus.DELETING))
                        .stream())
                .toList();
    }
}
