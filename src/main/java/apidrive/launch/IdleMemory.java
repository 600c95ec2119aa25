package apidrive.launch;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.HotSpotDiagnosticMXBean;

/** Starting takes several times the memory that running does: what is free is returned to the system. */
final class IdleMemory {
    private static final Duration IDLE_COLLECTION = Duration.ofMinutes(1);
    private static final int LEAST_FREE_PERCENT = 10;  // of the heap after a collection, for what is to come
    private static final int MOST_FREE_PERCENT = 30;

    private IdleMemory() {
    }

    /** Now, and from now on whenever the process is idle. */
    static void giveBack() throws IOException {
        HotSpotDiagnosticMXBean virtualMachine = ManagementFactory.newPlatformMXBeanProxy(
                ManagementFactory.getPlatformMBeanServer(), "com.sun.management:type=HotSpotDiagnostic",
                HotSpotDiagnosticMXBean.class);
        virtualMachine.setVMOption("G1PeriodicGCInterval", Long.toString(IDLE_COLLECTION.toMillis()));
        virtualMachine.setVMOption("MinHeapFreeRatio", Integer.toString(LEAST_FREE_PERCENT));
        virtualMachine.setVMOption("MaxHeapFreeRatio", Integer.toString(MOST_FREE_PERCENT));
        System.gc();
    }
}
