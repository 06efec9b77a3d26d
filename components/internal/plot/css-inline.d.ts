/** A style sheet as text, which is how Vite hands it over. */
declare module '*.css?inline' {
  const text: string;
  export default text;
}
