package apidrive;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import apidrive.sql.EmbeddedDatabase;
import apidrive.sql.Tenant;

/** A package imports those below it, never one above. */
@AnalyzeClasses(packages = "apidrive", importOptions = ImportOption.DoNotIncludeTests.class)
class PackagesTest {
    @ArchTest
    static final ArchRule IMPORTS_POINT_DOWN = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("apidrive..")
            .layer("launch").definedBy("apidrive.launch..")
            .layer("node").definedBy("apidrive")
            .layer("admin").definedBy("apidrive.admin..")
            .layer("door").definedBy("apidrive.door..")
            .layer("object").definedBy("apidrive.object..")
            .layer("name").definedBy("apidrive.name..")
            .layer("repair").definedBy("apidrive.repair..")
            .layer("peer").definedBy("apidrive.peer..")
            .layer("chunk").definedBy("apidrive.chunk..")
            .layer("access").definedBy("apidrive.access..")
            .layer("client").definedBy("apidrive.client..")
            .layer("manifest").definedBy("apidrive.manifest..")
            .layer("placement").definedBy("apidrive.placement..")
            .layer("wire").definedBy("apidrive.wire..")
            .layer("problem").definedBy("apidrive.problem..")
            .layer("job").definedBy("apidrive.job..")
            .layer("sql").definedBy("apidrive.sql..")
            .layer("config").definedBy("apidrive.config..")
            .whereLayer("launch").mayNotBeAccessedByAnyLayer()
            .whereLayer("node").mayOnlyBeAccessedByLayers("launch")
            .whereLayer("admin").mayOnlyBeAccessedByLayers("node")
            .whereLayer("door").mayOnlyBeAccessedByLayers("node", "admin")
            .whereLayer("object").mayOnlyBeAccessedByLayers("node", "admin", "door")
            .whereLayer("name").mayOnlyBeAccessedByLayers("node", "admin", "door", "object")
            .whereLayer("repair").mayOnlyBeAccessedByLayers("node", "admin", "door", "object", "name")
            .whereLayer("peer").mayOnlyBeAccessedByLayers("node", "admin", "door", "name", "repair")
            .whereLayer("chunk").mayOnlyBeAccessedByLayers("node", "admin", "door", "object", "name", "repair")
            .whereLayer("access").mayOnlyBeAccessedByLayers("node", "admin", "door", "chunk")
            .whereLayer("client").mayOnlyBeAccessedByLayers("launch")
            .whereLayer("manifest").mayOnlyBeAccessedByLayers("admin", "client", "door", "object", "name")
            .whereLayer("placement").mayOnlyBeAccessedByLayers("node", "admin", "door", "name", "repair", "peer", "client")
            .whereLayer("wire").mayOnlyBeAccessedByLayers("node", "admin", "door", "object", "name", "repair", "peer", "chunk",
                    "access", "client", "manifest", "placement");

    @ArchTest
    static final ArchRule THE_LOWEST_IMPORT_NONE_OF_OURS = noClasses()
            .that().resideInAnyPackage("apidrive.problem..", "apidrive.job..", "apidrive.sql..", "apidrive.config..")
            .should().dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe("are ours but elsewhere",
                    other -> other.getPackageName().startsWith("apidrive")
                            && !other.getPackageName().matches("apidrive\\.(problem|job|sql|config)")));

    @ArchTest
    static final ArchRule THE_CLIENT_IMPORTS_MANIFEST_PLACEMENT_WIRE_AND_PROBLEM_ONLY = classes()
            .that().resideInAPackage("apidrive.client..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("apidrive.client..", "apidrive.manifest..",
                    "apidrive.placement..", "apidrive.wire..", "apidrive.problem..", "java..", "picocli..", "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule THE_LAUNCHER_KNOWS_CLIENT_CONFIG_THE_WAY_TO_A_LINK_AND_A_DATABASE_OF_ITS_OWN_ONLY = noClasses()
            .that().resideInAPackage("apidrive.launch..")
            .should().dependOnClassesThat(resideInAnyPackage("apidrive", "apidrive.admin..", "apidrive.door..",
                    "apidrive.repair..", "apidrive.peer..", "apidrive.chunk..", "apidrive.access..", "apidrive.sql..")
                    .and(not(type(AdminAccess.class))).and(not(type(EmbeddedDatabase.class))).and(not(type(Tenant.class))));
}
