package apidrive.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** What a command did with each file: a line for people on stdout, or at its end one JSON object for programs. */
final class Report {
    /** One file's part of a command. */
    interface Step {
        void run() throws IOException, InterruptedException;
    }

    private final Transfer transfer;
    private final List<Object> files = new ArrayList<>();
    private int exitCode = ExitCode.DONE;

    Report(Transfer transfer) {
        this.transfer = transfer;
    }

    /** Runs a step; its failure is told and becomes the exit code, and the next step may follow. */
    void attempt(String file, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (CommandFailure e) {
            failed(file, e.exitCode(), e.getMessage());
        } catch (ProblemException e) {
            failed(file, ExitCode.FAILED, e.detail());
        } catch (IOException e) {
            failed(file, ExitCode.FAILED, words(e));
        }
    }

    /** Something is done; {@code line} says it to people. */
    void done(Document document, String line, int code) {
        files.add(document);
        exitCode = ExitCode.worse(exitCode, code);
        if (!transfer.isJson()) {
            transfer.out().println(line);
            transfer.out().flush();
        }
    }

    /** Prints what is left to print; returns the command's exit code. */
    int end() {
        if (transfer.isJson()) {
            Document result = new Document().with("Files", files).with("ExitCode", exitCode);
            transfer.out().println(new String(Format.JSON.write(result), StandardCharsets.UTF_8));
            transfer.out().flush();
        }
        return exitCode;
    }

    static String words(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no file " + failure.getMessage();
        }
        if (failure instanceof AccessDeniedException) {
            return "access to " + failure.getMessage() + " is denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return failure.getMessage() + " is there already and is another file; --force replaces it";
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private void failed(String file, int code, String why) {
        files.add(new Document().with("File", file).with("Error", why));
        exitCode = ExitCode.worse(exitCode, code);
        transfer.err().println("apidrive: " + file + ": " + why);
        transfer.err().flush();
    }
}
