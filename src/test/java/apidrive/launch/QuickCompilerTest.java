package apidrive.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import javax.management.ObjectName;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickCompilerTest {
    @AfterEach
    void clear() throws Exception {
        diagnose("compilerDirectivesClear");
    }

    @Test
    void leaves_all_but_digests_to_the_quick_compiler(@TempDir Path folder) throws Exception {
        assertThat(diagnose("compilerDirectivesPrint")).doesNotContain("sun/security");
        QuickCompiler.use(folder);

        assertThat(diagnose("compilerDirectivesPrint")).contains("sun/security/provider", "Exclude:true");
    }

    @Test
    void does_nothing_where_it_cannot(@TempDir Path folder) throws Exception {
        QuickCompiler.use(folder.resolve("missing"));

        assertThat(diagnose("compilerDirectivesPrint")).doesNotContain("sun/security");
    }

    private static String diagnose(String command) throws Exception {
        return (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), command, null, null);
    }
}
