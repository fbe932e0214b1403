/// The process of the command `focus`.
package enum CommandProcess {
    /// Does what the arguments of the process say.
    package static func main() {
        FocusTool.runProcess()
    }
}
