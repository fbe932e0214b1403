internal import ArgumentParser

@main
struct FocusTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "focus", abstract: "Give a pretrained model a new vocabulary.")
}
